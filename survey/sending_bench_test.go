package survey_test

import "testing"

// BenchmarkSendMails is what it costs to send a mail, without the dialogue with the server: from the queue to its end, written down.
func BenchmarkSendMails(b *testing.B) {
	o := newOffice(b)
	o.askMany(b.N)
	o.atOnce = 100
	o.Service = o.process(o.store)
	b.ReportAllocs()
	b.ResetTimer()
	o.mail()
	b.StopTimer()
	if got := len(o.post.accepted()); got != b.N {
		b.Fatalf("%d mails were sent, want %d", got, b.N)
	}
}
