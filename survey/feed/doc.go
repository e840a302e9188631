// Package feed says whether a feed of events has stopped or thinned: pure arithmetic over its counts by day.
//
// The method is a scan over windows that end today (Naus 1965; prospectively Glaz, Naus and Wallenstein, Scan Statistics,
// 2001): a count is held against what the weeks before it make likely, as in Farrington et al. (1996, JRSS A 159), which is
// quasi-Poisson with a profile of the week and a variance that has the uncertainty of the expectation in it, and whose tail
// is that of the negative binomial with the same mean and variance, as Höhle and Paul (2008, CSDA 52) count. CUSUM charts,
// theirs, find the same faults about as soon, yet need a rate to look for; windows of many lengths need none.
package feed
