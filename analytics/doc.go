// Package analytics turns answers into figures: scores, intervals, distributions, trends and the tests that must pass
// before anyone says "up" or "down". It is pure arithmetic: it reads no clock and no store, and never answers NaN.
//
// Three rules hold everywhere. A skipped question is not an answer, a zero is. Fewer than [MinimumShown] answers show
// no figure at all ([Estimate.Suppressed]), and fewer than [MinimumCompared] never lead to a verdict on a change.
// Percentages that stand together add up to 100 ([Percentages]).
//
// The functions named after their authors ([Wilson], [Newcombe], [Welch], [BenjaminiHochberg]) work in the units of the
// literature: shares from 0 to 1. The structs that pages, the API, tables and charts show ([Point], [Distribution]) hold
// what people read: percent from 0 to 100 and net promoter scores from -100 to 100.
package analytics
