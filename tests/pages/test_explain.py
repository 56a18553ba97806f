"""Every kind is explained, with METHOD.md's thresholds."""

import pytest

from convergence.explain import EXPLANATIONS
from convergence.models import Kind

THRESHOLDS = {
    Kind.UNDERSUPPLY: "90",
    Kind.BUDGET_DROP: "25",
    Kind.UNREPORTED: "15",
    Kind.BEHIND_SCHEDULE: "25",
    Kind.SPENT_AHEAD: "25",
    Kind.OVERSUPPLY: "110",
}


@pytest.mark.parametrize("kind", list(Kind))
def test_a_rule_in_one_sentence_and_what_closes_it(kind):
    explanation = EXPLANATIONS[kind]

    assert str(explanation.title) == str(kind.label)
    for sentence in (str(explanation.rule), str(explanation.closes)):
        assert sentence.endswith(".")
        assert ". " not in sentence
    assert THRESHOLDS.get(kind, "") in str(explanation.rule)
