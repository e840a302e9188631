package survey

import (
	"context"
	"fmt"
	"sync"
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"
)

const (
	// modelsLifetime is how long a process uses fitted parameters before it looks whether there are newer ones.
	modelsLifetime = time.Minute
	// firstFit is how long after the first sign of life of a kind its parameters are first fitted.
	firstFit = 24 * time.Hour
)

// fittedModel is the model of one kind of sign of life.
type fittedModel struct {
	model *quiet.Model
	// fit is the number of the fit (RhythmModel.Fit); 0 means the defaults.
	fit int
	// stored says that there is a RhythmModel of the kind.
	stored bool
	// outages are those of feeds of the kind.
	outages []feedOutage
	// chances say what a score means, alarm is the score from which a silence is told of, and unusual, which is not above it, the
	// one from which it is unusual.
	chances        *quiet.Chances
	alarm, unusual float64
	// cohort tells how newcomers come back.
	cohort quiet.Cohort
}

// calibrated is the model with what its scores mean.
func (m fittedModel) calibrated(c quiet.Calibration) fittedModel {
	m.chances = c.Chances()
	return m.from(m.chances.Threshold(QuietLimits()))
}

// from is the model where silences are told of from that score on.
func (m fittedModel) from(alarm float64) fittedModel {
	m.alarm, m.unusual = alarm, min(alarm, m.chances.Threshold(UnusualLimits()))
	return m
}

// fittedModels are the models of all kinds of one number.
type fittedModels struct {
	// number is the Ranking.Number.
	number int
	kinds  map[TouchpointKind]fittedModel
	// newcomers is the kind by which newcomers are told of; empty if none is.
	newcomers TouchpointKind
	// coming are those that come into force next; nil if none do.
	coming *fittedModels
}

// of returns the model of that kind.
func (m fittedModels) of(kind TouchpointKind) fittedModel { return m.kinds[kind] }

// both are the models in force and, if any, those to come.
func (m fittedModels) both() []fittedModels {
	if m.coming == nil {
		return []fittedModels{m}
	}
	return []fittedModels{m, *m.coming}
}

// modelCache keeps the models that were read last.
type modelCache struct {
	mu     sync.Mutex
	models fittedModels
	until  time.Time
}

// get returns the models, and whether they were read lately.
func (c *modelCache) get(now time.Time) (fittedModels, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.models, now.Before(c.until)
}

func (c *modelCache) put(models fittedModels, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.models, c.until = models, until
}

// forget has the models read anew.
func (c *modelCache) forget() { c.put(fittedModels{}, time.Time{}) }

// modelReading reads the models of all kinds, together with other things, where those read lately are too old.
type modelReading struct {
	service *Service
	recent  fittedModels
	ranking *store.Finding[Ranking, *Ranking]
	learnt  *store.Finding[RhythmModel, *RhythmModel]
	feeds   *store.Finding[Feed, *Feed]
}

func (s *Service) readModels() *modelReading {
	recent, known := s.models.get(s.clock())
	m := &modelReading{service: s, recent: recent}
	if !known {
		m.ranking = s.db.rankings.Fetching([]string{rankingID})
		m.learnt = s.db.rhythmModels.Fetching(strs(TouchpointKinds()))
		m.feeds = s.readFeeds().feeds
	}
	return m
}

// readings are what must be read, if anything.
func (m *modelReading) readings() []store.Reading {
	if m.learnt == nil {
		return nil
	}
	return []store.Reading{m.ranking, m.learnt, m.feeds}
}

// models are the models, once they are read.
func (m *modelReading) models() (fittedModels, error) {
	if m.learnt == nil {
		return m.recent, nil
	}
	return m.service.keepModels(m.ranking.First(), m.learnt.ByID(), outagesOf(m.feeds.Docs))
}

// fittedModels returns the models of all kinds, at most modelsLifetime old.
func (s *Service) fittedModels(ctx context.Context) (fittedModels, error) {
	m := s.readModels()
	if err := store.Together(ctx, s.store, m.readings()...); err != nil {
		return fittedModels{}, err
	}
	return m.models()
}

// keepModels makes models of what is stored, and keeps them for a while, with the outages of feeds by which silences are held.
func (s *Service) keepModels(ranking *Ranking, learnt map[string]*RhythmModel, outages map[TouchpointKind][]feedOutage) (fittedModels, error) {
	if ranking == nil {
		ranking = new(Ranking)
	}
	models, err := s.fittedTo(ranking.Models, learnt, outages)
	if err != nil {
		return models, err
	}
	models.number = ranking.Number
	if ranking.Coming != nil {
		coming, err := s.fittedTo(ranking.Coming, learnt, outages)
		if err != nil {
			return models, err
		}
		coming.number = ranking.Number + 1
		models.coming = &coming
	}
	s.models.put(models, s.clock().Add(modelsLifetime))
	return models, nil
}

// fittedTo makes models of laws. What was learnt under the same number has followed the pace since.
func (s *Service) fittedTo(laws map[TouchpointKind]*Law, learnt map[string]*RhythmModel, outages map[TouchpointKind][]feedOutage) (fittedModels, error) {
	models := fittedModels{kinds: map[TouchpointKind]fittedModel{}}
	plain, err := quiet.NewModel(quiet.Defaults())
	if err != nil {
		return models, err
	}
	usual := plain.At(workingClock(s.calendar, 0))
	for _, kind := range TouchpointKinds() {
		law, m := laws[kind], learnt[string(kind)]
		fitted := fittedModel{model: usual, outages: outages[kind], stored: m != nil}
		if m != nil && (law == nil && m.Fit == 0 || law != nil && law.Fit == m.Fit) {
			law = &m.Law
		}
		if law == nil {
			models.kinds[kind] = fitted.calibrated(quiet.Calibration{})
			continue
		}
		if fitted.model, err = quiet.NewModel(law.Params); err != nil {
			// An older program may have fitted them; AdoptCalendar mends that when a process starts.
			s.log.Warn("a stored rhythm model is not used", "kind", kind, "error", err)
			fitted.model = plain
		}
		clock, err := s.clockOf(law)
		if err != nil {
			return models, fmt.Errorf("%s: %w", kind, err)
		}
		fitted.model, fitted.fit, fitted.cohort = fitted.model.At(clock).Overstating(law.Overstated), law.Fit, law.Cohort
		fitted = fitted.calibrated(law.Calibration)
		models.kinds[kind] = fitted.from(law.begins(fitted.chances).Score)
	}
	models.newcomers = models.newcomersBy()
	return models, nil
}

// adoptKinds sees to it that each of these kinds has a RhythmModel, so that it will be fitted.
func (s *Service) adoptKinds(ctx context.Context, kinds map[TouchpointKind]bool, models fittedModels) error {
	var fresh []*RhythmModel
	for kind := range kinds {
		if models.of(kind).stored {
			continue
		}
		m := &RhythmModel{Meta: store.Meta{ID: string(kind)}, Kind: kind, Law: Law{Params: quiet.Defaults()}}
		m.adopt(s.calendar)
		m.Owe(effectFit, s.now().Add(firstFit))
		fresh = append(fresh, m)
	}
	if len(fresh) == 0 {
		return nil
	}
	if err := s.db.rhythmModels.Insert(ctx, fresh...); err != nil && !isDuplicate(err) {
		return err
	}
	s.models.forget()
	return nil
}
