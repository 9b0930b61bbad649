"""Small words that change what a sentence says, and those that do not: for comparing sentences."""

NUMBERS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred hundreds thousand thousands million millions billion billions trillion dozen dozens "
    "first second third thirds fourth fifth sixth seventh eighth ninth tenth half halves quarter "
    "quarters once twice double doubled triple tripled single both pair percent".split()
)
_NEGATIONS = frozenset(
    "not no never none nor neither nobody nothing nowhere cannot without except unless "
    "hardly barely scarcely rarely seldom false untrue".split()
)
_LIMITS = frozenset(
    "if may might must shall should can could will would ought need about almost nearly around "
    "approximately roughly only just all any some every each few fewer many most more less least "
    "much several half up down above below over under before after until till since during within "
    "to from into out off between against and or but than very too alleged allegedly former "
    "formerly proposed draft planned possibly probably perhaps likely unlikely".split()
)
TELLING = NUMBERS | _NEGATIONS | _LIMITS
"""Words that two sentences which say the same have both, in the same order."""

LITTLE = frozenset(
    "a an the this that these those it its he she they we i you his her their our in on at by for "
    "of as is are was were be been being has have had do does did there here also so then however "
    "moreover furthermore meanwhile today overall indeed".split()
)
"""Words that are no names, though a sentence begins with them."""

ARTICLES = frozenset("a an the".split())
