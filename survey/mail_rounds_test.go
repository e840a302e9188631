package survey_test

import (
	"context"
	"testing"
	"time"

	"earshot/survey"
)

// TestNoTryBeginsWithoutTimeForIt has a batch wait for a place until it has no time for a whole try: what began then would be cut off amid it.
func TestNoTryBeginsWithoutTimeForIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.atOnce = 1
	o.Service = o.process(o.store)
	slow, over := make(chan struct{}), make(chan struct{})
	o.post.answer(func(*survey.Message) survey.Outcome {
		close(slow)
		<-over
		return survey.Outcome{Delivery: survey.Accepted, Reply: "250 ok"}
	})
	drain := func(ctx context.Context) <-chan struct{} {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = o.Effects().Drain(ctx, "invitations")
		}()
		return ended
	}
	o.askMany(1)
	one, stopOne := context.WithCancel(o.ctx)
	first := drain(one)
	<-slow
	const spare = 500 * time.Millisecond
	two, stopTwo := context.WithTimeout(o.ctx, survey.DeliverWithin+spare)
	o.askMany(1)
	second := drain(two)
	time.Sleep(2 * spare)
	stopOne()
	o.post.answer(nil)
	close(over)
	<-first
	time.Sleep(spare)
	stopTwo()
	<-second
	if n := o.post.tries(); n != 1 {
		t.Errorf("%d mails were tried, want that none begins that would be cut off", n)
	}
}
