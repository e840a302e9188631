package survey_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"earshot/survey"
)

// touchpointFile writes a file of that many touchpoints of that many customers, as it is read.
func touchpointFile(rows, customers int) io.Reader {
	r, w := io.Pipe()
	go func() {
		out := bufio.NewWriter(w)
		random := rand.New(rand.NewPCG(1, 2))
		day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		fmt.Fprintln(out, "customer_id,date,kind,value,order_id")
		for i := range rows {
			date := day.AddDate(0, 0, i*700/rows).Format(time.DateOnly)
			fmt.Fprintf(out, "C%d,%s,order,%d.50,O%d\n", random.IntN(customers), date, random.IntN(900), i)
		}
		_ = w.CloseWithError(out.Flush())
	}()
	return r
}

// customersNamed creates the customers C0, C1 and so on.
func customersNamed(tb testing.TB, s *survey.Service, n int) {
	tb.Helper()
	rows := make([]survey.CustomerFields, n)
	for i := range rows {
		name := fmt.Sprint("C", i)
		rows[i] = survey.CustomerFields{ExternalID: &name, Name: &name}
	}
	for i, r := range s.PutCustomers(tb.Context(), rows) {
		if r.Status != survey.RowCreated {
			tb.Fatalf("customer %d: %s, %v", i, r.Status, r.Err)
		}
	}
}

// BenchmarkImportTouchpoints measures a file of 100,000 orders of 2,000 customers from its first byte to its last commit.
func BenchmarkImportTouchpoints(b *testing.B) {
	const rows, customers = 100_000, 2000
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		s, _ := newService(b)
		customersNamed(b, s, customers)
		b.StartTimer()
		done, err := s.RunImport(b.Context(), survey.ImportRequest{
			Kind: survey.ImportTouchpoints, FileName: "orders.csv", Reader: touchpointFile(rows, customers),
		}, nil)
		if err != nil || done.Created != rows {
			b.Fatalf("import: %+v, %v", done, err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
