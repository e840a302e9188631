package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// mailRound is the outcome of one round of mails.
type mailRound struct {
	mails int
	// asking is a pulse deciding whom to ask while it is night, so that nothing is sent; sending is sending what it asked; both is a pulse
	// that asks and sends at the same time.
	asking, sending, both spent
	// first is when the first mail of both was taken, pause the longest time in which none came while there were some to be sent; memory is the most
	// that the program had.
	first  time.Duration
	pause  time.Duration
	memory int64
	// bare is the bare client sending as many mails of the same size over as many connections, each of bytes.
	bare  time.Duration
	bytes int64
}

// The sink that thinks, and how many connections one opens to it.
const (
	slowAnswer      = 20 * time.Millisecond
	slowConnections = 400
)

// mailed measures mails: asking, sending, both at once, and over many connections to a server that is slow.
func (b *bench) mailed(ctx context.Context, e *engine) error {
	sink, err := startMailSink(ctx, 0)
	if err != nil {
		return err
	}
	defer sink.close()
	slow, err := startMailSink(ctx, slowAnswer)
	if err != nil {
		return err
	}
	defer slow.close()
	var rounds, slowRounds []mailRound
	for i := range b.rounds {
		m, err := b.mailPlace(ctx, e, fmt.Sprintf("mails%d", i))
		if err != nil {
			return err
		}
		r, err := m.round(ctx, sink, b.connections)
		if err == nil {
			rounds = append(rounds, r)
			b.progress("%s: round %d of mails: asked %.0f/s, sent %.0f/s, bare %.0f/s, at once %.0f/s, the first after %v", e.name, i+1,
				r.rate(r.asking), r.rate(r.sending), float64(r.mails)/r.bare.Seconds(), r.rate(r.both), r.first)
			if r, err = m.slowRound(ctx, slow); err == nil {
				slowRounds = append(slowRounds, r)
				b.progress("%s: round %d of mails to a slow server: sent %.0f/s, bare %.0f/s", e.name, i+1, r.rate(r.sending), float64(r.mails)/r.bare.Seconds())
			}
		}
		if err := errors.Join(err, m.bare.Close()); err != nil {
			return err
		}
	}
	b.add(mailFigures(e, b.connections, rounds, slowRounds)...)
	return nil
}

// The segments of customers, one for each stretch.
var mailSegments = []string{"ask", "both", "slow"}

// mailPlace is a store with customers whom nobody has asked.
type mailPlace struct {
	*place
	*bench
	operator *operator
	survey   survey.SurveyID
	n        int
}

// mailPlace fills a store with customers, each with a contact, as many in each segment as mails are to be sent.
func (b *bench) mailPlace(ctx context.Context, e *engine, name string) (*mailPlace, error) {
	p, err := e.place(name)
	if err != nil {
		return nil, err
	}
	m := &mailPlace{place: p, bench: b, n: b.mails}
	if e.set != nil {
		m.n /= 4
	}
	if m.operator, m.survey, err = b.withSurvey(ctx, p); err != nil {
		return nil, err
	}
	all := m.n * len(mailSegments)
	customers, err := b.writeLines("mailed.csv", "external_id,name,segment\n", all, func(i int) string {
		return fmt.Sprintf("C%d,Customer %d,%s\n", i, i, mailSegments[i%len(mailSegments)])
	})
	if err != nil {
		return nil, err
	}
	contacts, err := b.writeLines("mailed-contacts.csv", "external_id,customer_external_id,name,email,role\n", all, func(i int) string {
		return fmt.Sprintf("P%d,C%d,Zoë Quint-%d,zoe.quint%d@customer%d.example,user\n", i, i, i, i, i)
	})
	if err != nil {
		return nil, err
	}
	if _, _, err := run(ctx, b.program, "import", "customers", customers, "-store", p.store); err != nil {
		return nil, err
	}
	_, _, err = run(ctx, b.program, "import", "contacts", contacts, "-store", p.store)
	return m, err
}

// zoneAt is a time zone in which it is about that hour now.
func zoneAt(hour int) string {
	offset := (hour-time.Now().UTC().Hour()+36)%24 - 12 // from -12 to 11
	return "Etc/GMT" + fmt.Sprintf("%+d", -offset)      // whose signs are those of POSIX
}

// start starts the program in a zone in which it is that hour.
func (m *mailPlace) start(ctx context.Context, hour, workers int, sink *mailSink) (*server, error) {
	s, _, err := start(ctx, m.program, m.store, m.folder, "-smtp", sink.url(), "-mail-from", "ask@bench.example", "-workers", strconv.Itoa(workers),
		"-workdays", "mon-sun", "-time-zone", zoneAt(hour), "-company", "Bench & Söhne")
	if err == nil {
		m.operator = m.operator.at(s)
	}
	return s, err
}

// The hours at which it is measured.
const (
	night = 1
	noon  = 12
)

// round asks at night, sends at noon, has the bare client send, and asks and sends at once.
func (m *mailPlace) round(ctx context.Context, sink *mailSink, connections int) (r mailRound, err error) {
	r.mails = m.n
	if r.asking, err = m.askAtNight(ctx, sink, "ask"); err != nil {
		return r, err
	}
	if err = m.sendAtNoon(ctx, sink, connections, &r); err != nil {
		return r, err
	}
	if r.bytes, err = sink.check(m.n); err != nil {
		return r, err
	}
	if r.bare, err = bareMails(ctx, sink.address, sink.ready(), m.n, connections); err != nil {
		return r, err
	}
	err = m.askAndSend(ctx, sink, connections, &r)
	return r, err
}

// slowRound sends over many connections to a server that is slow.
func (m *mailPlace) slowRound(ctx context.Context, slow *mailSink) (r mailRound, err error) {
	r.mails = m.n
	if r.asking, err = m.askAtNight(ctx, slow, "slow"); err != nil {
		return r, err
	}
	if err = m.sendAtNoon(ctx, slow, slowConnections, &r); err != nil {
		return r, err
	}
	if r.bytes, err = slow.check(m.n); err != nil {
		return r, err
	}
	r.bare, err = bareMails(ctx, slow.address, slow.ready(), m.n, slowConnections)
	return r, err
}

// askAtNight has a pulse ask a segment at an hour at which nothing is sent.
func (m *mailPlace) askAtNight(ctx context.Context, sink *mailSink, segment string) (spent, error) {
	s, err := m.start(ctx, night, 1, sink)
	if err != nil {
		return spent{}, err
	}
	meter, err := newMeter(ctx, m.place, s.cpu)
	if err != nil {
		return spent{}, err
	}
	if err := m.runPulse(ctx, segment); err != nil {
		return spent{}, errors.Join(err, s.stop())
	}
	took, err := meter.lap(ctx)
	return took, errors.Join(err, s.stop())
}

const (
	// askedEvery is how often a pulse is looked at while it runs, each time at the cost of some commands.
	askedEvery = 250 * time.Millisecond
	// writtenWithin is how long the ends of the last mails may take to be written down.
	writtenWithin = 500 * time.Millisecond
)

// runPulse makes a pulse for everyone in a segment, and returns when its run is over.
func (m *mailPlace) runPulse(ctx context.Context, segment string) error {
	id, err := m.startPulse(ctx, segment)
	if err != nil {
		return err
	}
	for {
		var p struct {
			Run struct {
				Asked      int
				FinishedAt time.Time `json:"finished_at"`
				Problem    string
			}
		}
		if err := m.operator.read(ctx, "/api/v1/pulses/"+id, &p); err != nil {
			return err
		}
		if !p.Run.FinishedAt.IsZero() {
			if p.Run.Asked != m.n {
				return fmt.Errorf("the pulse asked %d people, not %d: %s", p.Run.Asked, m.n, p.Run.Problem)
			}
			return nil
		}
		time.Sleep(askedEvery)
	}
}

// startPulse makes a pulse for everyone in a segment and has it run now.
func (m *mailPlace) startPulse(ctx context.Context, segment string) (string, error) {
	var made struct{ ID string }
	err := m.operator.post(ctx, "/api/v1/pulses", map[string]any{
		"name": "Bench " + segment, "survey_id": m.survey, "audience": "everyone", "segment": segment, "weekdays": []int{1}, "daily_cap": m.n + 1,
	}, &made)
	if err != nil {
		return "", err
	}
	return made.ID, m.operator.post(ctx, "/api/v1/pulses/"+made.ID+"/run", struct{}{}, &struct{}{})
}

// sendAtNoon lets the morning come and sends what was asked at night: from the start of the program until all is written down.
func (m *mailPlace) sendAtNoon(ctx context.Context, sink *mailSink, connections int, r *mailRound) error {
	if err := m.morning(ctx); err != nil {
		return err
	}
	sink.reset()
	s, err := m.start(ctx, noon, connections, sink)
	if err != nil {
		return err
	}
	meter, err := newMeter(ctx, m.place, s.cpu)
	if err != nil {
		return err
	}
	if r.sending, err = m.untilSent(ctx, s, meter, sink, r); err != nil {
		return fmt.Errorf("%w; see %s", err, s.log)
	}
	_, r.memory, err = s.memory()
	return errors.Join(err, s.stop())
}

// untilSent returns what it takes until all mails have been taken and that is written down.
func (m *mailPlace) untilSent(ctx context.Context, s *server, meter *meter, sink *mailSink, r *mailRound) (took spent, err error) {
	_, pause, err := sink.await(m.n, time.Now())
	if err != nil {
		return took, err
	}
	r.pause = max(r.pause, pause)
	last := time.Now()
	time.Sleep(writtenWithin)
	commands, err := m.commands(ctx) // before drain, which has many of its own
	if err != nil {
		return took, err
	}
	commands -= meter.before.commands
	done, err := drain(ctx, m.place, s)
	if done.Before(last) { // all was written down when it was first looked at
		done = last
	}
	if err != nil {
		return took, err
	}
	if took, err = meter.lap(ctx); err == nil {
		took.took -= time.Since(done)
		took.commands = commands
	}
	return took, err
}

// morning makes the mails due that wait for it.
func (m *mailPlace) morning(ctx context.Context) error {
	db, err := m.open(ctx)
	if err != nil {
		return err
	}
	invitations, now := store.NewCollection[survey.Invitation](db, collection("invitations")), time.Now().UTC()
	var ids []string
	for inv, err := range invitations.All(ctx, store.Query{Index: store.ByID, Fields: []string{"mail_state"}}) {
		if err != nil {
			return errors.Join(err, db.Close())
		}
		if inv.MailState == survey.MailQueued {
			ids = append(ids, inv.ID)
		}
	}
	for part := range slices.Chunk(ids, 1000) {
		_, err = invitations.UpdateAll(ctx, part, func(i *survey.Invitation) bool {
			i.Schedule(i.Owes[0].Effect, now)
			return true
		})
		if err != nil {
			break
		}
	}
	return errors.Join(err, db.Close())
}

// askAndSend has a pulse ask at noon.
func (m *mailPlace) askAndSend(ctx context.Context, sink *mailSink, connections int, r *mailRound) error {
	s, err := m.start(ctx, noon, connections, sink)
	if err != nil {
		return err
	}
	sink.reset()
	meter, err := newMeter(ctx, m.place, s.cpu)
	if err != nil {
		return err
	}
	began := time.Now()
	if _, err := m.startPulse(ctx, "both"); err != nil {
		return errors.Join(err, s.stop())
	}
	if r.first, _, err = sink.await(1, began); err != nil {
		return errors.Join(err, s.stop())
	}
	if r.both, err = m.untilSent(ctx, s, meter, sink, r); err != nil {
		return fmt.Errorf("%w; see %s", err, s.log)
	}
	_, most, err := s.memory()
	r.memory = max(r.memory, most)
	_, double := sink.check(m.n)
	return errors.Join(err, double, s.stop())
}

// rate is mails a second.
func (r mailRound) rate(s spent) float64 { return float64(r.mails) / s.took.Seconds() }

// mailFigures are the lines of the report.
func mailFigures(e *engine, connections int, rounds, slow []mailRound) []figure {
	median := func(of func(mailRound) float64) float64 { return medianOf(rounds, of) }
	asked := median(func(r mailRound) float64 { return r.rate(r.asking) })
	sent := median(func(r mailRound) float64 { return r.rate(r.sending) })
	bareRate := func(r mailRound) float64 { return float64(r.mails) / r.bare.Seconds() }
	bare, n := median(bareRate), grouped(int64(rounds[0].mails))
	slowSent, slowBare := medianOf(slow, func(r mailRound) float64 { return r.rate(r.sending) }), medianOf(slow, bareRate)
	perThousand := func(of func(mailRound) time.Duration) string {
		return seconds(median(func(r mailRound) float64 { return of(r).Seconds() * 1000 / float64(r.mails) }))
	}
	sendAim := "≥ 3,000/s"
	if e.set == nil {
		sendAim = "≥ 10,000/s, ≥ 0.33"
	}
	list := []figure{
		{n + " people asked by a pulse", e.name, perSecond(asked), "", "", "≥ 5,000/s"},
		{fmt.Sprintf("their mails of %s bytes sent over %d connections, with link and ledger; bare: step by step, ready-made", grouped(rounds[0].bytes), connections), e.name, perSecond(sent), perSecond(bare), fraction(sent, bare), sendAim},
		{"asked and sent at the same time", e.name, perSecond(median(func(r mailRound) float64 { return r.rate(r.both) })), "", "", ""},
		{"  the first mail after the pulse was started", e.name, milliseconds(time.Duration(median(func(r mailRound) float64 { return float64(r.first) }))), "", "", "≤ 1 s"},
		{"  the longest time in which no mail came, of all rounds", e.name, milliseconds(slices.MaxFunc(rounds, func(a, b mailRound) int { return cmp.Compare(a.pause, b.pause) }).pause), "", "", "no minute"},
		{"  memory at most", e.name, megabytes(int64(median(func(r mailRound) float64 { return float64(r.memory) }))), "", "", "≤ 150 MB"},
		{"CPU of the program for 1,000 mails: asking, sending", e.name, perThousand(func(r mailRound) time.Duration { return r.asking.earshot }) + ", " +
			perThousand(func(r mailRound) time.Duration { return r.sending.earshot }), "", "", "≤ 0.15 s"},
		{fmt.Sprintf("the same to a server that answers after %v, over %d connections", slowAnswer, slowConnections), e.name, perSecond(slowSent), perSecond(slowBare), fraction(slowSent, slowBare), "≥ 8,000/s"},
		{"  memory at most", e.name, megabytes(int64(medianOf(slow, func(r mailRound) float64 { return float64(r.memory) }))), "", "", ""},
	}
	if e.set == nil {
		return list
	}
	commands := func(of func(mailRound) int64) string {
		return fmt.Sprintf("%.3f", median(func(r mailRound) float64 { return float64(of(r)) / float64(r.mails) }))
	}
	return append(list, figure{"commands of MongoDB for a mail: asking, sending", e.name, commands(func(r mailRound) int64 { return r.asking.commands }) + ", " +
		commands(func(r mailRound) int64 { return r.sending.commands }), "", "", "≤ 0.05"})
}
