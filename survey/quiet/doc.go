// Package quiet judges a customer's silence against that customer's own rhythm.
//
// The model (RHYTHM) sees the gaps between a customer's active days as a renewal process: every customer has a rate and
// a regularity of their own, both learnt from few gaps because all customers share a prior. After every active day the
// customer may have left for good. What comes out are two numbers that differ and are both shown to people: the tail
// (how unusual is a silence of this length for a customer who is still here) and the chance that the customer is gone
// (how worrying is it). An alarm is raised on the mean, on the logit scale, of that chance and of the same chance by a
// simpler model (MBG/NBD), which is calmer about very frequent, bursty customers.
//
// A Model holds fitted parameters and what can be computed from them once; it is immutable and safe for use by many
// goroutines. A State is what must be kept per customer and kind of sign of life: some sixty bytes, updated in constant
// time by Model.Observe. Fit estimates parameters, Backtest measures the forecasts on a company's own history.
//
// Gaps and silences are measured on a Clock, on which days of rest and a customer's pauses do not count; without one every day
// does. Inside, time is counted in weeks; the exported API speaks of calendar days (Day) and of numbers of days.
// The package is pure arithmetic: it reads no clock and draws no random number that was not handed to it.
package quiet
