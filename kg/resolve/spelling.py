"""A word in, its one spelling out: singular, and American where British differs.

Rules and lists were written for the words of abstracts; a word that no rule knows stays as it is.
"""

import re
from functools import lru_cache

#: Words in s that have no other form, or one that is another word. The plural in "es" of those in
#: "us" and "as" is known by them too: "viruses", "biases".
_UNCHANGED = frozenset(
    """
    achilles aids alas alias always analytics andes apparatus atlas axis basis bayes bias bonus
    bus calculus callus campus canvas census chaos chorus christmas class consensus corps corpus
    cosmos dallas diabetes electronics ethics ethos eos focus forbes gas genus herpes
    hippocampus hodges iris james kansas keras keynes kudos las lens linguistics locus los lotus
    lucas mars mercedes news nexus octopus optics os pancreas pandas pathos people pos prospectus
    rabies radius rhodes ros scabies series species status stimulus stokes stylus syllabus texas
    thesaurus thomas torus vegas virus wales walrus whereas yates
    """.split()
)
#: Words in "ics" are singular ("physics"), but for the plurals of these.
_ICS = frozenset(
    """
    antibiotic characteristic classic clinic comic critic diacritic diagnostic epidemic epic fabric
    harmonic heuristic indic logic lyric magic metric mosaic pandemic pic public relic rubric
    schematic statistic topic traffic
    """.split()
)
_IRREGULAR = dict(
    pair.split(":")
    for pair in """
    alumni:alumnus analyses:analysis antennae:antenna appendices:appendix automata:automaton
    avalanches:avalanche axes:axis bacteria:bacterium caches:cache calories:calorie
    children:child cookies:cookie corpora:corpus crises:crisis criteria:criterion
    diagnoses:diagnosis echoes:echo equilibria:equilibrium
    emphases:emphasis errata:erratum feet:foot foci:focus
    formulae:formula halves:half headaches:headache heroes:hero hypotheses:hypothesis
    indices:index knives:knife leaves:leaf lemmata:lemma lives:life loci:locus matrices:matrix
    men:man metastases:metastasis mice:mouse movies:movie niches:niche nuclei:nucleus oases:oasis
    parentheses:parenthesis phenomena:phenomenon potatoes:potato prognoses:prognosis
    prostheses:prosthesis quizzes:quiz radii:radius schemata:schema selfies:selfie shelves:shelf
    simplices:simplex spectra:spectrum stimuli:stimulus strata:stratum symposia:symposium
    syntheses:synthesis teeth:tooth theses:thesis tomatoes:tomato vertices:vertex
    vortices:vortex wolves:wolf women:woman zombies:zombie
    """.split()
)
#: Endings of words that are no plural, though they end in s.
_SINGULAR = re.compile(r"(?:[sui]s|(?<![aeou])ys|'s)$")


def singular(word: str) -> str:
    """Return the singular of an English noun in lower case; a word that has none as it is."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 4 or word in _UNCHANGED or not word.endswith("s") or _SINGULAR.search(word):
        return word
    if word.endswith("ics"):
        return word[:-1] if word[:-1] in _ICS else word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")) or _has_es(word):
        return word[:-2]
    return word[:-1]


def _has_es(word: str) -> bool:
    """Tell the plural in "es" of a word that ends in s itself: "lenses", "gases", not "poses"."""
    return word[:-2] in _UNCHANGED and (len(word) > 5 or word in ("gases", "buses"))


#: Words in -our that lose their u: "behavioural", "colours", "tumour".
_OUR = re.compile(
    r"(behavi|col|neighb|fav|lab|hon|hum|flav|tum|rum|vap|endeav|arm|harb|rig|od|sav|vig|cand"
    r"|clam|ferv|parl|deme?an|val|ard|ranc)our(?!(?:s|i)?ion|g)"
)
#: Stems of verbs in -ise: "optim|ised", "general|isation", "anonym|iser".
_ISE = re.compile(
    r"(?<=[a-z]{2}(?:al|ar|er|or|im|on|an|en|ic|it|id|il|el|yl|ol|ul|et|nt|rt|st|om|um|ym|am|og"
    r"|ng|gn|rd|es|as|at|ut|un|in|iv|ov|ct))is(?=(?:e[drs]?|ers|ing|able|ability)$)"
)
_ISATION = re.compile(r"is(?=ations?(?:al)?$)")
#: Words in -ise that Americans write so too.
_NO_IZE = re.compile(
    r".*(?:promis|pertis|vertis|exercis|paradis|chastis|merchandis|franchis|improvis|treatis|nois"
    r"|rais|wis|televis|enterpris)|anise$|(?:a|sun)?ris[ei]"
)
#: Verbs that double their l in British: "modelling", "labelled", "traveller".
_DOUBLED = re.compile(
    r"(mode|labe|trave|cance|signa|channe|tunne|leve|fue|counse|marsha|dia|tota|pane|quarre|reve"
    r"|shove|spira|riva|penci|jewe|initia|peda)ll(?=ed$|ing$|ings$|ers?$|able$)"
)
_WORDS = dict(
    pair.split(":")
    for pair in """
    acknowledgement:acknowledgment aeroplane:airplane ageing:aging aluminium:aluminum
    analyse:analyze analysed:analyzed analyser:analyzer analysers:analyzers analysing:analyzing
    artefact:artifact artefacts:artifacts calibre:caliber catalogue:catalog catalogues:catalogs
    catalyse:catalyze centimetre:centimeter centre:center centred:centered centres:centers
    centring:centering cheque:check defence:defense defences:defenses dialogue:dialog
    dialogues:dialogs analogue:analog analogues:analogs disc:disk discs:disks draught:draft
    enrolment:enrollment fibre:fiber fibres:fibers focussed:focused fulfil:fulfill
    fulfilment:fulfillment grey:gray greyscale:grayscale judgement:judgment judgements:judgments
    kilometre:kilometer licence:license licences:licenses litre:liter manoeuvre:maneuver
    manoeuvres:maneuvers maths:math metre:meter metres:meters millimetre:millimeter
    mould:mold multicentre:multicenter
    offence:offense offences:offenses plough:plow practise:practice
    programme:program programmes:programs pretence:pretense sceptic:skeptic
    scepticism:skepticism skilful:skillful sulphur:sulfur theatre:theater theatres:theaters
    tyre:tire tyres:tires licencing:licensing paralyse:paralyze storey:story lustre:luster
    catalyser:catalyzer instalment:installment spectre:specter adviser:advisor advisers:advisors
    learnt:learned spelt:spelled
    """.split()
)
#: British ae and oe: "anaesthesia", "oedema", "paediatric"; "aerial" and "coefficient" keep theirs.
_DIGRAPH = re.compile(
    r"(?<=an)a(?=esth|em)|(?<=h)a(?=em[aeio])|(?<=p)a(?=ediatr)|(?<=leuk)a(?=em)|(?<=isch)a(?=em)"
    r"|(?<=orthop)a(?=ed)|(?<=gyn)a(?=eco)|(?<=encyclop)a(?=ed)|(?<=c)a(?=esar)|(?<=arch)a(?=eo)"
    r"|^a(?=etiolog)|^o(?=edema|esoph|estro)|(?<=f)o(?=et(?:al|us))|(?<=diarrh)o(?=ea)"
)


@lru_cache(maxsize=1 << 16)
def american(word: str) -> str:
    """Return the American spelling of a word in lower case: "modeling", "color", "optimize"."""
    if word in _WORDS:
        return _WORDS[word]
    if len(word) < 5:
        return word
    if "our" in word:
        word = _OUR.sub(r"\1or", word)
    if "ll" in word:
        word = _DOUBLED.sub(r"\1l", word)
    if "is" in word and not _NO_IZE.match(word):
        word = _ISATION.sub("iz", _ISE.sub("iz", word))
    return _DIGRAPH.sub("", word) if "ae" in word or "oe" in word else word
