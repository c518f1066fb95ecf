"""Which acceptance conditions (受理条件) does a form meet, and do two of them say the same?

A condition may carry an expression over data elements. It is read (`expressions`), fitted to the types of its data
elements (`fitting`), judged by an engine (`engine`, `judging`), and compared in a normal form (`normal_form`,
`sameness`). Saving refuses what is outside the language, with the column.

    compile(expression, elements)                  BadExpression, or Compiled
    evaluate(conditions, values, elements)         each condition true, false or unknown, with reason and article
    verdict(judged)                                eligible, not eligible, unknown
    next_questions(conditions, values, elements)   the data elements to ask next
    normal(expression)                             one text for all ways of saying it
    same(a, b, elements)                           True, False (there is a counterexample), None (undetermined)

Source: Administrative Licensing Law, arts. 30, 32, 38; Common Expression Language, language definition.
"""

from tongban.domain.conditions.engine import Truth
from tongban.domain.conditions.expressions import BadExpression
from tongban.domain.conditions.judging import (
    Compiled,
    Eligibility,
    Judged,
    compile,
    evaluate,
    in_words,
    names_in,
    next_questions,
    verdict,
)
from tongban.domain.conditions.normal_form import normal
from tongban.domain.conditions.sameness import counterexample, same

__all__ = [
    "BadExpression",
    "Compiled",
    "Eligibility",
    "Judged",
    "Truth",
    "compile",
    "counterexample",
    "evaluate",
    "in_words",
    "names_in",
    "next_questions",
    "normal",
    "same",
    "verdict",
]
