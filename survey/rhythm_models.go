package survey

import (
	"context"
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
	// chances say what a score means, and alarm is the score from which a silence is told of.
	chances *quiet.Chances
	alarm   float64
	// cohort tells how newcomers come back.
	cohort quiet.Cohort
}

// calibrated is the model with what its scores mean.
func (m fittedModel) calibrated(c quiet.Calibration) fittedModel {
	m.chances = c.Chances()
	m.alarm = m.chances.Threshold(QuietLimits())
	return m
}

// fittedModels are the models of all kinds.
type fittedModels map[TouchpointKind]fittedModel

// of returns the model of that kind.
func (m fittedModels) of(kind TouchpointKind) fittedModel { return m[kind] }

// modelCache keeps the models that were read last.
type modelCache struct {
	mu     sync.Mutex
	models fittedModels
	until  time.Time
}

func (c *modelCache) get(now time.Time) fittedModels {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Before(c.until) {
		return c.models
	}
	return nil
}

func (c *modelCache) put(models fittedModels, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.models, c.until = models, until
}

// forget has the models read anew.
func (c *modelCache) forget() { c.put(nil, time.Time{}) }

// modelReading reads the models of all kinds, together with other things, where those read lately are too old.
type modelReading struct {
	service *Service
	recent  fittedModels
	finding *store.Finding[RhythmModel, *RhythmModel]
	feeds   *store.Finding[Feed, *Feed]
}

func (s *Service) readModels() *modelReading {
	m := &modelReading{service: s, recent: s.models.get(s.clock())}
	if m.recent == nil {
		m.finding = s.db.rhythmModels.Fetching(strs(TouchpointKinds()))
		m.feeds = s.readFeeds().feeds
	}
	return m
}

// readings are what must be read, if anything.
func (m *modelReading) readings() []store.Reading {
	if m.finding == nil {
		return nil
	}
	return []store.Reading{m.finding, m.feeds}
}

// models are the models, once they are read.
func (m *modelReading) models() (fittedModels, error) {
	if m.finding == nil {
		return m.recent, nil
	}
	return m.service.keepModels(m.finding.ByID(), outagesOf(m.feeds.Docs))
}

// fittedModels returns the models of all kinds, at most modelsLifetime old.
func (s *Service) fittedModels(ctx context.Context) (fittedModels, error) {
	m := s.readModels()
	if err := store.Together(ctx, s.store, m.readings()...); err != nil {
		return nil, err
	}
	return m.models()
}

// keepModels makes models of what is stored, and keeps them for a while, with the outages of feeds by which silences are held.
func (s *Service) keepModels(stored map[string]*RhythmModel, outages map[TouchpointKind][]feedOutage) (fittedModels, error) {
	plain, err := quiet.NewModel(quiet.Defaults())
	if err != nil {
		return nil, err
	}
	usual := plain.At(workingClock(s.calendar, 0))
	models := fittedModels{}
	for _, kind := range TouchpointKinds() {
		models[kind] = fittedModel{model: usual, outages: outages[kind]}.calibrated(quiet.Calibration{})
		if m := stored[string(kind)]; m != nil {
			fitted, err := quiet.NewModel(m.Params)
			if err != nil {
				// An older program may have fitted them; AdoptCalendar mends that when a process starts.
				s.log.Warn("a stored rhythm model is not used", "kind", kind, "error", err)
				fitted = plain
			}
			clock, err := s.clockOf(m)
			if err != nil {
				return nil, err
			}
			now := fittedModel{model: fitted.At(clock).Overstating(m.Overstated), fit: m.Fit, stored: true, outages: outages[kind], cohort: m.Cohort}.calibrated(m.Calibration)
			now.alarm = m.inForce(now.chances).Score
			models[kind] = now
		}
	}
	s.models.put(models, s.clock().Add(modelsLifetime))
	return models, nil
}

// adoptKinds sees to it that each of these kinds has a RhythmModel, so that it will be fitted.
func (s *Service) adoptKinds(ctx context.Context, kinds map[TouchpointKind]bool, models fittedModels) error {
	var fresh []*RhythmModel
	for kind := range kinds {
		if models.of(kind).stored {
			continue
		}
		m := &RhythmModel{Meta: store.Meta{ID: string(kind)}, Kind: kind, Params: quiet.Defaults()}
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
