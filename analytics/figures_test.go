package analytics_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"earshot/analytics"
	"earshot/survey"
)

// counting is a store of answers that notes how often it is asked.
type counting struct {
	changed atomic.Int64
	counted atomic.Int64
	// slow keeps a counting from ending until it is closed.
	slow chan struct{}
	fail atomic.Bool
}

func (c *counting) AnswersMark(context.Context) (string, error) {
	return strconv.FormatInt(c.changed.Load(), 10), nil
}

func (c *counting) AnswerGroups(ctx context.Context, f survey.AnswerGroupFilter) ([]survey.AnswerGroup, error) {
	c.counted.Add(1)
	if c.slow != nil {
		<-c.slow
	}
	if c.fail.Load() {
		return nil, errors.New("away")
	}
	return []survey.AnswerGroup{{SurveyID: f.SurveyID, Count: int(c.changed.Load())}}, ctx.Err()
}

func groups(t *testing.T, f *analytics.Figures, filter survey.AnswerGroupFilter) int {
	t.Helper()
	found, err := f.AnswerGroups(t.Context(), filter)
	if err != nil {
		t.Fatal(err)
	}
	return found[0].Count
}

func TestFiguresAreCountedOnceForAllWhoLookAtOnce(t *testing.T) {
	t.Parallel()
	c := &counting{slow: make(chan struct{})}
	f := analytics.NewFigures(c)
	var viewers sync.WaitGroup
	ctx, leave := context.WithCancel(t.Context())
	viewers.Go(func() {
		if _, err := f.AnswerGroups(ctx, survey.AnswerGroupFilter{}); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v for who went away, want Canceled", err)
		}
	})
	for c.counted.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	leave()
	for range 8 {
		viewers.Go(func() {
			if _, err := f.AnswerGroups(t.Context(), survey.AnswerGroupFilter{}); err != nil {
				t.Errorf("got %v, though only the first went away", err)
			}
		})
	}
	close(c.slow)
	viewers.Wait()
	if n := c.counted.Load(); n != 1 {
		t.Errorf("counted %d times for nine viewers, want once", n)
	}
}

func TestFiguresAreNeverOlderThanTheAnswers(t *testing.T) {
	t.Parallel()
	c := &counting{}
	f := analytics.NewFigures(c)
	all, one := survey.AnswerGroupFilter{}, survey.AnswerGroupFilter{SurveyID: "svy_1"}
	for changed := range 3 {
		c.changed.Store(int64(changed))
		for range 2 {
			if got := groups(t, f, all); got != changed {
				t.Errorf("got the figures of change %d after change %d", got, changed)
			}
		}
		groups(t, f, one)
	}
	if n := c.counted.Load(); n != 6 {
		t.Errorf("counted %d times, want once for each filter and change: 6", n)
	}
}

func TestFailedCountsAreNotRemembered(t *testing.T) {
	t.Parallel()
	c := &counting{}
	f := analytics.NewFigures(c)
	c.fail.Store(true)
	if _, err := f.AnswerGroups(t.Context(), survey.AnswerGroupFilter{}); err == nil {
		t.Error("got no error of a store that is away")
	}
	c.fail.Store(false)
	groups(t, f, survey.AnswerGroupFilter{})
}
