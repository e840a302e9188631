package main

import "fmt"

// rate is flows a second.
func (r flowRound) rate() float64 { return float64(r.flows) / r.during.took.Seconds() }

// bareRate is the bare client's flows a second.
func (r flowRound) bareRate() float64 { return per(float64(r.bareFlows), r.bare.took.Seconds()) }

// webRate is the flows a second of the bare client behind a plain HTTP server.
func (r flowRound) webRate() float64 { return per(float64(r.webFlows), r.web.took.Seconds()) }

// owedRate is how many answers' debts were paid in a second once nobody answered any more.
func (r flowRound) owedRate() float64 { return per(float64(r.left), r.afterwards.took.Seconds()) }

// bulkRate is how many answers' documents the bare client writes in a second.
func (r flowRound) bulkRate() float64 { return per(float64(r.flows), r.bulk.took.Seconds()) }

// spread is the lowest and the highest rate of the rounds.
func spread(rounds []flowRound) string {
	low, high := rounds[0].rate(), rounds[0].rate()
	for _, r := range rounds {
		low, high = min(low, r.rate()), max(high, r.rate())
	}
	return fmt.Sprintf(" (%s to %s)", grouped(int64(low)), grouped(int64(high)))
}

// wholeRate is flows a second until all that they owe is done too, and bareWhole the same of the bare client.
func (r flowRound) wholeRate() float64 {
	return float64(r.flows) / (r.during.took + r.afterwards.took).Seconds()
}
func (r flowRound) bareWhole() float64 {
	return float64(r.flows) / (float64(r.flows)/r.bareRate() + r.bulk.took.Seconds())
}

// per divides, and finds 0 in nothing.
func per(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// owed is what one answer owes, as the time after the flows tells.
func (r flowRound) owed(of func(spent) float64) float64 {
	return per(of(r.afterwards), float64(r.left))
}

// flow is what one flow costs: what the time of the flows tells, without what was paid of the debts meanwhile.
func (r flowRound) flow(of func(spent) float64) float64 {
	paid := float64(r.flows-r.left) * r.owed(of)
	return max(of(r.during)-paid, 0) / float64(r.flows)
}

// What a stretch of work is asked for.
func earshotCPU(s spent) float64  { return s.earshot.Seconds() }
func databaseCPU(s spent) float64 { return s.database.Seconds() }
func commands(s spent) float64    { return float64(s.commands) }

// flowFigures turns rounds into lines of the report.
func flowFigures(e *engine, rounds []flowRound, clients, bytes int) []figure {
	median := func(of func(flowRound) float64) float64 { return medianOf(rounds, of) }
	thousand := func(of func(spent) float64) (flow, owed, bare, bulk float64) {
		return 1000 * median(func(r flowRound) float64 { return r.flow(of) }),
			1000 * median(func(r flowRound) float64 { return r.owed(of) }),
			1000 * median(func(r flowRound) float64 { return of(r.bare) / float64(r.bareFlows) }),
			1000 * median(func(r flowRound) float64 { return of(r.bulk) / float64(r.flows) })
	}
	get := median(func(r flowRound) float64 { return percentile(r.get, .99).Seconds() * 1000 })
	post := median(func(r flowRound) float64 { return percentile(r.post, .99).Seconds() * 1000 })
	rate, bareRate := median(flowRound.rate), median(flowRound.bareRate)
	ratio := fmt.Sprintf("%.2f", median(func(r flowRound) float64 { return r.rate() / r.bareRate() }))
	owed, bulk := median(flowRound.owedRate), median(flowRound.bulkRate)
	owedRatio := fmt.Sprintf("%.2f", median(func(r flowRound) float64 { return per(r.owedRate(), r.bulkRate()) }))
	cpu, owedCPU, bareCPU, bulkCPU := thousand(earshotCPU)
	writes := median(func(r flowRound) float64 { return float64(r.writes) / float64(r.flows) })
	docs := median(func(r flowRound) float64 { return float64(r.bulkDocs)/float64(r.flows) + 1 })
	left := median(func(r flowRound) float64 { return 100 * float64(r.left) / float64(r.flows) })
	a := aimsOn(e)
	list := []figure{
		{fmt.Sprintf("respondent flows, %d at once", clients), e.name, perSecond(rate) + spread(rounds), perSecond(bareRate), ratio, a.flows},
		{"the same; bare: behind the HTTP server of Go's library", e.name, perSecond(rate), perSecond(median(flowRound.webRate)),
			fmt.Sprintf("%.2f", median(func(r flowRound) float64 { return r.rate() / r.webRate() })), ""},
		{"the same until all that they owe is done", e.name, perSecond(median(flowRound.wholeRate)), perSecond(median(flowRound.bareWhole)),
			fmt.Sprintf("%.2f", median(func(r flowRound) float64 { return r.wholeRate() / r.bareWhole() })), ""},
		{"99th percentile of the page, of the answer", e.name, fmt.Sprintf("%.1f, %.1f ms", get, post), "", "", "≤ 40 ms"},
		{"CPU of the client for 1,000 flows", e.name, seconds(cpu), seconds(bareCPU), fraction(cpu, bareCPU), a.flowCPU},
		{"the page to answer on, with everything in it", e.name, grouped(int64(bytes)) + " bytes", "", "", "< 14,000"},
		{fmt.Sprintf("what answers owe, done afterwards (%.0f %% were left)", left), e.name, perSecond(owed), perSecond(bulk), owedRatio, a.owed},
		{"CPU of the client for what 1,000 answers owe", e.name, seconds(owedCPU), seconds(bulkCPU), fraction(owedCPU, bulkCPU), a.owedCPU},
		{"documents written by a flow and what it owes", e.name, fmt.Sprintf("%.1f", writes), fmt.Sprintf("%.1f", docs), fraction(writes, docs), ""},
	}
	if e.set == nil {
		return list
	}
	cpu, owedCPU, bareCPU, bulkCPU = thousand(databaseCPU)
	flow, debt, bareFlow, bulkDebt := thousand(commands)
	return append(list,
		figure{"CPU of the three mongod for 1,000 flows", e.name, seconds(cpu), seconds(bareCPU), fraction(cpu, bareCPU), ""},
		figure{"CPU of the three mongod for what 1,000 answers owe", e.name, seconds(owedCPU), seconds(bulkCPU), fraction(owedCPU, bulkCPU), "≤ 2 × that of flows"},
		figure{"commands: a flow, what an answer owes", e.name, fmt.Sprintf("%.1f, %.2f", flow/1000, debt/1000),
			fmt.Sprintf("%.1f, %.2f", bareFlow/1000, bulkDebt/1000), "", "≤ 4, ≤ 1"})
}

// aims are what figures should come to on an engine.
type aims struct{ flows, flowCPU, owed, owedCPU string }

func aimsOn(e *engine) aims {
	if e.set == nil {
		return aims{"≥ 4,000/s, ≥ 0.6", "≤ 0.4 s", "", "≤ 0.3 s"}
	}
	return aims{"≥ 0.85", "", "≥ 0.33", ""}
}
