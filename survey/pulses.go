package survey

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"earshot/survey/store"
)

// PulseInput is what is told of a pulse: a new one, or one as it shall be from now on.
type PulseInput struct {
	Name     string   `json:"name" validate:"required,max=200,printable"`
	SurveyID SurveyID `json:"survey_id" validate:"required"`
	Audience Audience `json:"audience" validate:"required,oneof=quiet everyone"`
	// Lists are only for AudienceQuiet; empty is QuietLists.
	Lists    []List `json:"lists" validate:"max=3,unique,dive,oneof=probably_leaving unusually_silent drifting"`
	Segment  string `json:"segment" validate:"max=80,printable"`
	Weekdays []int  `json:"weekdays" validate:"required,min=1,max=7,unique,dive,gte=0,lte=6"`
	Hour     int    `json:"hour" validate:"gte=0,lte=23"`
	// TimeZone empty is the installation's.
	TimeZone   string `json:"time_zone" validate:"required,timezone"`
	DailyCap   int    `json:"daily_cap" validate:"gte=1,lte=1000000"`
	RestDays   int    `json:"rest_days" validate:"gte=1,lte=1000"`
	AnswerDays int    `json:"answer_days" validate:"gte=1,lte=365"`
	// Priority empty is PriorityNormal.
	Priority Priority `json:"priority" validate:"oneof=high normal low"`
	// HoldOut is for the quiet alone; 0 holds nobody out.
	HoldOut int `json:"hold_out,omitempty" validate:"gte=0,lte=50"`
	// Version is that of the pulse which the caller read, so that nobody else's change is overwritten; 0 does not ask.
	Version int64 `json:"version,omitempty"`
}

// What a pulse does where nobody says: in the morning it asks few people, and each of them a few times a year at most.
const (
	DefaultHour       = 9
	DefaultDailyCap   = 50
	DefaultRestDays   = 90
	DefaultAnswerDays = 21
)

// SuggestedHoldOut is the share, in percent, that the form of a new pulse suggests to hold out.
const SuggestedHoldOut = 10

// CreatePulse adds a pulse. It runs for the first time when its calendar says so.
func (s *Service) CreatePulse(ctx context.Context, in PulseInput) (*Pulse, error) {
	if err := s.preparePulse(ctx, &in); err != nil {
		return nil, err
	}
	now := s.now()
	pulse := &Pulse{Meta: store.Meta{ID: s.newIDFor(ctx, "pul")}, CreatedAt: now}
	s.applyPulse(pulse, in, now)
	return madeOnce(ctx, s.db.pulses, pulse)
}

// ChangePulse replaces what a pulse does. A run under way goes on with what it does from now on. Returns Conflict if
// in.Version is not the stored one.
func (s *Service) ChangePulse(ctx context.Context, id PulseID, in PulseInput) (*Pulse, error) {
	if err := s.preparePulse(ctx, &in); err != nil {
		return nil, err
	}
	return s.updatePulse(ctx, id, func(pulse *Pulse) error {
		if in.Version != 0 && in.Version != pulse.Version {
			return Errorf(Conflict, "the pulse was changed by somebody else meanwhile; read it again and repeat")
		}
		if pulse.Audience != in.Audience || pulse.Segment != in.Segment || !slices.Equal(pulse.Lists, in.Lists) {
			pulse.Run.Cursor, pulse.Run.Seen = "", nil
		}
		s.applyPulse(pulse, in, s.now())
		return nil
	})
}

// preparePulse fills in what may be left out, and checks the rest.
func (s *Service) preparePulse(ctx context.Context, in *PulseInput) error {
	in.Name, in.Segment = tidyLine(in.Name), tidyLine(in.Segment)
	if in.TimeZone = zoneName(in.TimeZone); in.TimeZone == "" {
		in.TimeZone = s.timeZone.String()
	}
	for field, fallback := range map[*int]int{
		&in.DailyCap: DefaultDailyCap, &in.RestDays: DefaultRestDays, &in.AnswerDays: DefaultAnswerDays,
	} {
		if *field == 0 {
			*field = fallback
		}
	}
	in.Priority = cmp.Or(in.Priority, PriorityNormal)
	if err := check(in); err != nil {
		return err
	}
	if in.Audience != AudienceQuiet && len(in.Lists) > 0 {
		return InvalidField("lists", "must be empty unless the audience is the quiet")
	}
	if in.HoldOut > 0 && in.Audience != AudienceQuiet {
		return InvalidField("hold_out", "must be 0 where everyone is asked; only silences are held out")
	}
	survey, err := s.Survey(ctx, in.SurveyID)
	switch {
	case KindOf(err) == NotFound:
		return InvalidField("survey_id", "must be the id of a survey that exists")
	case err != nil:
		return err
	case survey.Status == Closed:
		return InvalidField("survey_id", "must be a survey that is open; this one is closed")
	}
	return nil
}

// applyPulse writes the input into the pulse and sets when it runs.
func (s *Service) applyPulse(p *Pulse, in PulseInput, now time.Time) {
	p.Name, p.SurveyID, p.Audience, p.Lists, p.Segment = in.Name, in.SurveyID, in.Audience, in.Lists, in.Segment
	p.Weekdays, p.Hour, p.TimeZone = in.Weekdays, in.Hour, in.TimeZone
	p.DailyCap, p.RestDays, p.AnswerDays, p.HoldOut = in.DailyCap, in.RestDays, in.AnswerDays, in.HoldOut
	p.Priority = in.Priority
	p.UpdatedAt, p.Run.Room = now, 0
	s.schedule(p, now)
}

// schedule sets when a worker shall look at the pulse.
func (s *Service) schedule(p *Pulse, now time.Time) { p.Schedule(effectRun, s.nextTurn(p, now)) }

// underWay says whether the run has begun and not ended.
func (r *PulseRun) underWay() bool { return !r.StartedAt.IsZero() && r.FinishedAt.IsZero() }

// PausePulse keeps a pulse from running; a run under way ends where it is.
func (s *Service) PausePulse(ctx context.Context, id PulseID) (*Pulse, error) {
	return s.updatePulse(ctx, id, func(p *Pulse) error {
		now := s.now()
		if p.Run.underWay() {
			p.Run.FinishedAt, p.Run.Problem = now, "it was paused"
		}
		p.Paused, p.UpdatedAt = true, now
		s.schedule(p, now)
		return nil
	})
}

// ResumePulse lets a paused pulse run again, next when its calendar says so. What it missed is not made up for.
func (s *Service) ResumePulse(ctx context.Context, id PulseID) (*Pulse, error) {
	return s.updatePulse(ctx, id, func(p *Pulse) error {
		now := s.now()
		if p.Paused {
			p.Paused, p.UpdatedAt = false, now
			s.schedule(p, now)
		}
		return nil
	})
}

// RunPulseNow starts a run at once, beside the calendar; by is who wanted it. Returns Conflict while one is under way, the
// pulse is paused, or the brake holds.
func (s *Service) RunPulseNow(ctx context.Context, id PulseID, by RepID) (*Pulse, error) {
	b, err := s.storedBrake(ctx)
	if err != nil {
		return nil, err
	}
	if held := s.heldBack(b); held != nil {
		return nil, Errorf(Conflict, "%s", held.reason)
	}
	pulse, err := s.updatePulse(ctx, id, func(p *Pulse) error {
		switch {
		case p.Paused:
			return Errorf(Conflict, "the pulse is paused; resume it first")
		case p.Run.underWay():
			return Errorf(Conflict, "the pulse is running already")
		}
		now := s.now()
		p.beginRun(now, by)
		s.schedule(p, now)
		return nil
	})
	s.outbox.Wake(pulseSpec.Name)
	return pulse, err
}

// DeletePulse removes a pulse, if its version is still that one (0 takes any), or returns Conflict. Its invitations and their
// answers stay.
func (s *Service) DeletePulse(ctx context.Context, id PulseID, expected int64) error {
	for {
		pulse, err := s.Pulse(ctx, id)
		if err != nil {
			return err
		}
		if err := checkVersion(pulse.Version, expected); err != nil {
			return err
		}
		if err := s.db.pulses.Delete(ctx, pulse); !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

// Pulse returns one pulse.
func (s *Service) Pulse(ctx context.Context, id PulseID) (*Pulse, error) {
	pulse, err := s.db.pulses.Get(ctx, string(id))
	if errors.Is(err, store.ErrNotFound) {
		return nil, noPulse(id)
	}
	return pulse, err
}

// Pulses returns a page of the pulses in the order of their names.
func (s *Service) Pulses(ctx context.Context, after store.Cursor, limit int) (Page[*Pulse], error) {
	return findPage(ctx, s.db.pulses, store.Query{Index: pulsesByName, After: after, Limit: limit})
}

func (s *Service) updatePulse(ctx context.Context, id PulseID, change func(*Pulse) error) (*Pulse, error) {
	pulse, err := s.db.pulses.Update(ctx, string(id), change)
	if errors.Is(err, store.ErrNotFound) {
		return nil, noPulse(id)
	}
	return pulse, err
}

func noPulse(id PulseID) *Error { return Errorf(NotFound, "there is no pulse %q", id) }
