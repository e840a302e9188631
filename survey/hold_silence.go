package survey

import (
	"fmt"
	"time"

	"earshot/survey/feed"
	"earshot/survey/quiet"
)

// feedOutage is an outage of a feed, as silences are judged by it.
type feedOutage struct {
	feed.Outage
	feed string
	// missing says what is missing.
	missing string
}

// outagesOf returns the outages of feeds, by their kinds.
func outagesOf(feeds []*Feed) map[TouchpointKind][]feedOutage {
	all := map[TouchpointKind][]feedOutage{}
	for _, f := range feeds {
		if !f.EndedAt.IsZero() {
			continue
		}
		for _, o := range f.History.Outages {
			all[f.Kind] = append(all[f.Kind], feedOutage{o, f.ID, f.outageSentence(&o)})
		}
	}
	return all
}

// hold holds an alarm that rests on a feed of which data are missing: it is none until they are here, or until so long after
// the end of the outage as the customer usually takes to show up. Who is unusually silent is merely not told of until then: that is no
// alarm yet.
func (s *Service) hold(r *Rhythm, models fittedModels, now time.Time) {
	if r.List == "" {
		return
	}
	for _, k := range r.Kinds {
		fitted := models.of(k.Kind)
		if len(fitted.outages) == 0 || !s.restsOn(k, r, models, now) {
			continue
		}
		for _, o := range fitted.outages {
			missing := quiet.Missing{From: quiet.Day(o.From), To: quiet.Day(o.To), Stopped: o.Stopped}
			if fitted.model.Hides(missing, k.State, s.day(r.Since), s.day(now)) {
				list, since := r.stands()
				r.leave()
				if r.HeldFrom, r.HeldSince = list, since; list != Unusual {
					r.HeldBy = o.feed
				}
				return
			}
		}
	}
}

// restsOn says whether the alarm rests on the silence of that kind: that of who drifts on buying; that of who slows down or has not
// come back on the kind that they are judged by; that of who is quiet on the kind
// that is told of, and on those seen last.
func (s *Service) restsOn(k KindRhythm, r *Rhythm, models fittedModels, now time.Time) bool {
	switch paced, _ := r.paced(); r.List {
	case Drifting:
		return k.buying()
	case Slowing:
		return k.Kind == paced.Kind
	case Unreturned:
		return k.Kind == models.newcomers
	}
	silence, _ := s.silence(r, models, now)
	return k.Kind == silence.Kind || k.State.Last >= s.day(r.LastAt)
}

// heldWhy says why a silence is held; empty if it is not.
func (s *Service) heldWhy(r *Rhythm, models fittedModels) string {
	if r.HeldBy == "" {
		return ""
	}
	why := "Data of a feed are missing."
	for _, k := range r.Kinds {
		for _, o := range models.of(k.Kind).outages {
			if o.feed == r.HeldBy {
				why = o.missing
			}
		}
	}
	return fmt.Sprintf("%s The silence would be an alarm since %s, but they may have shown up in what is missing, so it is held.",
		why, s.day(r.HeldSince).Time().Format("2 Jan 2006"))
}
