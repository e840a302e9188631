package survey_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"earshot/survey"
)

// links asks n contacts and returns the tokens of their links.
func (o *office) links(n int) []string {
	o.t.Helper()
	sv, id := o.survey(survey.TemplateQuiet), o.customer("Customer")
	tokens := make([]string, n)
	for i := range tokens {
		if i%50 == 0 {
			id = o.customer("Customer")
		}
		asked, err := o.AskNow(o.ctx, survey.AskRequest{
			ContactID: o.contact(id, fmt.Sprint("c", i), survey.User), SurveyID: sv, NoMail: true, Confirm: true,
		})
		tokens[i] = tokenOf(must(o.t, asked, err).Link)
	}
	return tokens
}

func BenchmarkOpen(b *testing.B) {
	o := newOffice(b)
	tokens := o.links(100)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := o.Open(o.ctx, tokens[i%len(tokens)]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSubmit stores first answers, each to a link of its own, 32 at once. Run it with -benchtime=2000x.
func BenchmarkSubmit(b *testing.B) {
	o := newOffice(b)
	tokens := o.links(b.N)
	var next atomic.Int64
	in := form("happy", "4", "better", "More speed, please.")
	b.SetParallelism(16)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := o.Submit(o.ctx, tokens[next.Add(1)-1], in); err != nil {
				b.Error(err)
			}
		}
	})
}
