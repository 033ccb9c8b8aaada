"""Attitudes and needs: what a survey's answers measure, and who thinks and wants alike.

*Answers* to *items* are checked, gathered into *blocks* that measure one thing with known
*reliability*, and behind them lie *factors*. Respondents with alike *scores* are a *segment*;
a *typing tool* asks the few questions that place a new customer into one. *Needs* are ranked
from the first to the fifth, and the *net promoter* score tells who would recommend.

Names are loaded on first use: scikit-learn and scipy take longer than most questions.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
