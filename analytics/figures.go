package analytics

import (
	"context"
	"fmt"
	"time"

	"earshot/survey"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"golang.org/x/sync/singleflight"
)

// Source is where counted answers come from: the domain, or Figures, which remembers them.
type Source interface {
	// AnswerGroups counts responses; the groups are not to be changed.
	AnswerGroups(ctx context.Context, f survey.AnswerGroupFilter) ([]survey.AnswerGroup, error)
}

// Answers is the domain as Figures needs it.
type Answers interface {
	Source
	// AnswersMark returns a word that is another one once an answer has come or changed.
	AnswersMark(ctx context.Context) (string, error)
}

// How long counted answers are remembered. A page and its pictures, and all who look at once, share one counting; each
// looks first whether an answer has come or changed since. Only an erasure of old answers, which leaves nothing to see, shows
// up after rememberedFor.
const (
	rememberedFor = 30 * time.Second
	// rememberedCounts is how many countings are remembered: most hold a few hundred
	// groups.
	rememberedCounts = 32
)

// Figures is a Source that remembers what was counted, as long as it is what is stored. It is safe for concurrent use.
type Figures struct {
	answers Answers
	counts  *expirable.LRU[string, []survey.AnswerGroup]
	flights singleflight.Group
}

// NewFigures returns the figures of the answers.
func NewFigures(answers Answers) *Figures {
	return &Figures{answers: answers, counts: expirable.NewLRU[string, []survey.AnswerGroup](rememberedCounts, nil, rememberedFor)}
}

// AnswerGroups implements Source.
func (f *Figures) AnswerGroups(ctx context.Context, filter survey.AnswerGroupFilter) ([]survey.AnswerGroup, error) {
	mark, err := f.answers.AnswersMark(ctx)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprint(mark, filter.SurveyID, filter.From.UnixMilli(), filter.To.UnixMilli(), filter.Every, filter.Zone)
	if groups, ok := f.counts.Get(key); ok {
		return groups, nil
	}
	// Whoever is first counts for all who wait, also when they themselves go away meanwhile.
	flight := f.flights.DoChan(key, func() (any, error) {
		groups, err := f.answers.AnswerGroups(context.WithoutCancel(ctx), filter)
		if err == nil {
			f.counts.Add(key, groups)
		}
		return groups, err
	})
	select {
	case done := <-flight:
		groups, _ := done.Val.([]survey.AnswerGroup)
		return groups, done.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
