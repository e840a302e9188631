package api

import (
	"context"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"earshot/survey"
)

// effectMetrics collects how far effects are behind and what they did. How far they are behind is read from the store at most
// once in memoryTime, however many scrape.
type effectMetrics struct{ *Server }

// scrapeTime is how long a scrape waits for the store; then it tells what this process knows by itself.
const scrapeTime = 3 * time.Second

// effectLabels tell effects apart.
var effectLabels = []string{"collection", "effect"}

// effectGauge is a figure of how far an effect is behind, effectTotal one of what it did in this process.
type effectGauge struct {
	desc *prometheus.Desc
	of   func(b survey.Backlog, now time.Time) float64
}

type effectTotal struct {
	desc *prometheus.Desc
	of   func(c survey.EffectCount) float64
}

func effectDesc(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("earshot_effects_"+name, help, effectLabels, nil)
}

var effectGauges = []effectGauge{
	{effectDesc("due", "Documents that wait for the effect and are due; from a thousand on an estimate where the collection owes several effects."),
		func(b survey.Backlog, _ time.Time) float64 { return float64(b.Due) }},
	{effectDesc("oldest_due_seconds", "How long the document has been due that waits longest for the effect; 0 if none does."),
		func(b survey.Backlog, now time.Time) float64 { return age(b.Oldest, now).Seconds() }},
	{effectDesc("working", "Documents that processes have in hand for the effect; at most a thousand are counted."),
		func(b survey.Backlog, _ time.Time) float64 { return float64(b.Working) }},
	{effectDesc("failing", "Documents for which the effect has failed and will be tried again."),
		func(b survey.Backlog, _ time.Time) float64 { return float64(b.Failing) }},
	{effectDesc("dead_letters", "Documents for which the effect has failed too often, until somebody starts it again."),
		func(b survey.Backlog, _ time.Time) float64 { return float64(b.Dead) }},
}

var effectTotals = []effectTotal{
	{effectDesc("done_total", "Effects done by this process."), func(c survey.EffectCount) float64 { return float64(c.Done) }},
	{effectDesc("failed_total", "Tries of effects that failed in this process."), func(c survey.EffectCount) float64 { return float64(c.Failed) }},
	{effectDesc("retried_total", "Tries in this process of effects that had failed before."), func(c survey.EffectCount) float64 { return float64(c.Retried) }},
	{effectDesc("postponed_total", "Effects that were found not to be due yet, or not wholly done, by this process."), func(c survey.EffectCount) float64 { return float64(c.Again) }},
	{effectDesc("seconds_total", "How long this process has worked on the effect."), func(c survey.EffectCount) float64 { return c.Took.Seconds() }},
}

var (
	mailBraked = prometheus.NewDesc("earshot_mail_braked", "1 while mails are held, for too many ended badly, by what was too many.", []string{"reason"}, nil)
	mailsEnded = prometheus.NewDesc("earshot_mail_ends", "Mails of the last seven days, or since they were last let go, by how they ended: about so many.", []string{"end"}, nil)
)

var (
	mailboxFailing = prometheus.NewDesc("earshot_mailbox_failing", "1 while the mailbox to which mails come back cannot be read, by what keeps it from being.", []string{"fault"}, nil)

	feedStopped = prometheus.NewDesc("earshot_feed_stopped", "1 for each feed of touchpoints that has stopped or thinned, by its source and kind.",
		[]string{"source", "kind", "state"}, nil)
	chancesWrong = prometheus.NewDesc("earshot_chances_wrong", "1 for each step of the chances that are told whose alarms did not come out as was said, else 0.", []string{"step"}, nil)
	alarmsSaid   = prometheus.NewDesc("earshot_alarms_said_gone", "How many of earshot_alarms_settled were gone by what was said.", []string{"step"}, nil)
	alarmsStayed = prometheus.NewDesc("earshot_alarms_stayed_away", "How many of earshot_alarms_settled stayed away.", []string{"step"}, nil)
	alarmsOf     = prometheus.NewDesc("earshot_alarms_settled", "Alarms of the last year of which it is known what came, by the step of their chance.", []string{"step"}, nil)
	alarmsHeld   = prometheus.NewDesc("earshot_alarms_held", "Alarms that are held because data of feeds are missing.", nil, nil)
)

// age is how long something has been due; 0 for the zero time and for what lies ahead.
func age(due, now time.Time) time.Duration {
	if due.IsZero() {
		return 0
	}
	return max(now.Sub(due), 0)
}

// Describe implements prometheus.Collector.
func (effectMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, g := range effectGauges {
		out <- g.desc
	}
	for _, t := range effectTotals {
		out <- t.desc
	}
	for _, d := range []*prometheus.Desc{mailPaused, mailBraked, mailsEnded, relayPaused, relayUsed, relayLimit} {
		out <- d
	}
	out <- mailboxFailing
	out <- feedStopped
	out <- alarmsHeld
	for _, d := range []*prometheus.Desc{chancesWrong, alarmsSaid, alarmsStayed, alarmsOf} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (m effectMetrics) Collect(out chan<- prometheus.Metric) {
	for _, c := range m.effects.Effects().Counts() {
		for _, t := range effectTotals {
			out <- prometheus.MustNewConstMetric(t.desc, prometheus.CounterValue, t.of(c), c.Queue, c.Effect)
		}
	}
	m.collectRelays(out)
	m.collectBrake(out)
	if box, err := m.mailboxStatus(context.Background()); err == nil && box != nil && box.Fault != "" {
		out <- prometheus.MustNewConstMetric(mailboxFailing, prometheus.GaugeValue, 1, string(box.Fault))
	}
	m.collectFeeds(out)
	m.collectChances(out)
	now := m.here.Now()
	list, err := m.backlogs.Recall(now, "", m.readBacklogs)
	if err != nil {
		m.log.Warn("the metrics lack how far effects are behind", "error", err)
		return
	}
	for _, b := range list {
		for _, g := range effectGauges {
			out <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, g.of(b, now), b.Queue, b.Effect)
		}
	}
}

// collectBrake tells how mails ended of late, and whether they are held because of that.
func (m effectMetrics) collectBrake(out chan<- prometheus.Metric) {
	brake, err := m.brakeStatus(context.Background())
	if err != nil {
		m.log.Warn("the metrics lack how mails ended", "error", err)
		return
	}
	if brake.Holds() {
		out <- prometheus.MustNewConstMetric(mailBraked, prometheus.GaugeValue, 1, string(brake.Reason))
	}
	for end, n := range map[string]int{
		"accepted": brake.Ends.Accepted, "refused": brake.Ends.Refused, "bounced": brake.Ends.Bounced, "complained": brake.Ends.Complained,
	} {
		out <- prometheus.MustNewConstMetric(mailsEnded, prometheus.GaugeValue, float64(n), end)
	}
}

// collectFeeds tells of the feeds that have stopped or thinned.
func (m effectMetrics) collectFeeds(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	list, err := m.stopped.Recall(m.here.Now(), "", func() ([]survey.FeedStatus, error) { return m.feeds.FeedNotices(ctx) })
	if err != nil {
		m.log.Warn("the metrics lack how the feeds are", "error", err)
		return
	}
	held := 0
	for _, f := range list {
		held += f.Held
		out <- prometheus.MustNewConstMetric(feedStopped, prometheus.GaugeValue, 1, string(f.Source), string(f.Kind), string(f.State))
	}
	out <- prometheus.MustNewConstMetric(alarmsHeld, prometheus.GaugeValue, float64(held))
}

// collectChances tells how far what was said of silences has come true.
func (m effectMetrics) collectChances(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	watch, err := m.watch.Recall(m.here.Now(), "", func() (*survey.AlarmWatch, error) { return m.silences.AlarmWatch(ctx) })
	if err != nil {
		m.log.Warn("the metrics lack whether the chances are right", "error", err)
		return
	}
	for _, d := range watch.Drifts {
		wrong := 0.0
		if !d.WrongSince.IsZero() {
			wrong = 1
		}
		step := strconv.FormatFloat(d.Step, 'g', -1, 64)
		for desc, value := range map[*prometheus.Desc]float64{
			chancesWrong: wrong, alarmsSaid: d.Expected, alarmsStayed: float64(d.Stayed), alarmsOf: float64(d.Of),
		} {
			out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, step)
		}
	}
}

func (m effectMetrics) readBacklogs() ([]survey.Backlog, error) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	return m.effects.Backlogs(ctx)
}
