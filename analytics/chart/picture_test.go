package chart_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"earshot/analytics"
	"earshot/analytics/chart"
)

var update = flag.Bool("update", false, "write the golden files anew")

func svg(t testing.TB, p chart.Picture) []byte {
	t.Helper()
	body, err := p.SVG()
	if err != nil {
		t.Fatalf("svg: %v", err)
	}
	return body
}

// texts parses an SVG and returns the content of its text elements, failing on anything that is not well-formed or that a
// strict content security policy would refuse.
func texts(t testing.TB, name string, body []byte) []string {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(body))
	var all []string
	inside := ""
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%s: not well-formed: %v", name, err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			inside = x.Name.Local
			if !slices.Contains([]string{"svg", "title", "desc", "rect", "path", "circle", "text"}, inside) {
				t.Fatalf("%s: unexpected element <%s>", name, inside)
			}
			for _, a := range x.Attr {
				if a.Name.Local == "style" || a.Name.Local == "class" || strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Value, "NaN") {
					t.Fatalf("%s: attribute %s=%q in <%s>", name, a.Name.Local, a.Value, inside)
				}
			}
		case xml.CharData:
			if inside == "text" {
				all = append(all, string(x))
			}
		case xml.EndElement:
			inside = ""
		}
	}
}

// Every picture in every size and theme is well-formed, keeps its labels on the canvas, lets none touch another, and says
// in words what it shows.
func TestEveryPicture(t *testing.T) {
	t.Parallel()
	each(t, func(name string, p chart.Picture) {
		body := svg(t, p)
		written := texts(t, name, body)
		labels := p.Labels()
		if len(written) != len(labels) {
			t.Errorf("%s: got %d texts in the SVG, want %d", name, len(written), len(labels))
		}
		if p.Title == "" || p.Alt == "" || !strings.Contains(string(body), "<desc>") {
			t.Errorf("%s: got title %q, alt %q; want words", name, p.Title, p.Alt)
		}
		if strings.Contains(p.Alt, "NaN") {
			t.Errorf("%s: alt %q", name, p.Alt)
		}
		checkLabels(t, name, p, labels)
	})
}

// checkLabels looks for labels off the canvas or on one another.
func checkLabels(t *testing.T, name string, p chart.Picture, labels []chart.Box) {
	t.Helper()
	for i, a := range labels {
		if a.Left < 0 || a.Top < 0 || a.Right > float64(p.Width)+.5 || a.Bottom > float64(p.Height)+.5 {
			t.Errorf("%s: label %q at %.0f,%.0f to %.0f,%.0f runs off the canvas of %d × %d", name, a.Text, a.Left, a.Top, a.Right, a.Bottom, p.Width, p.Height)
		}
		for _, b := range labels[i+1:] {
			const touch = 1
			if a.Left+touch < b.Right && b.Left+touch < a.Right && a.Top+touch < b.Bottom && b.Top+touch < a.Bottom {
				t.Errorf("%s: label %q overlaps %q", name, a.Text, b.Text)
			}
		}
	}
}

func TestPNG(t *testing.T) {
	t.Parallel()
	for _, s := range samples() {
		for _, ratio := range []int{1, 2} {
			p := s.draw(t, chart.Options{Width: 360})
			body, err := p.PNG(ratio)
			if err != nil {
				t.Fatalf("%s: %v", s.name, err)
			}
			img, err := png.Decode(bytes.NewReader(body))
			if err != nil {
				t.Fatalf("%s: %v", s.name, err)
			}
			if got := img.Bounds().Size(); got.X != p.Width*ratio || got.Y != p.Height*ratio {
				t.Errorf("%s: got %v, want %d × %d", s.name, got, p.Width*ratio, p.Height*ratio)
			}
			pixels, drawn := img.(*image.Paletted).Pix, 0
			for _, pixel := range pixels {
				if pixel != pixels[0] {
					drawn++
				}
			}
			if drawn < 30 {
				t.Errorf("%s: got %d pixels that are not paper, want a picture", s.name, drawn)
			}
		}
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, s := range samples() {
		if strings.Contains(s.name, "260") {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			got := svg(t, s.draw(t, chart.Options{}))
			path := filepath.Join("testdata", s.name+".svg")
			if *update {
				write(t, path, got)
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v (make it with -update)", err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s differs from the golden file; look at it, then run with -update\ngot %s", s.name, got)
			}
		})
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	three := made{scale: analytics.ScaleNPS, every: analytics.Weekly, buckets: 52, each: 40, begin: .7, end: .84, groups: []string{"A", "B", "C"}}.trend(t)
	if got := len(svg(t, chart.Multiples(three, chart.BySegment, analytics.MetricNPS, chart.Options{}))); got > 40_000 {
		t.Errorf("52 points in 3 series: got %d bytes, want at most 40,000", got)
	}
	tests := []struct {
		name          string
		o             chart.Options
		width, height int
	}{
		{"default width", chart.Options{}, 720, 0},
		{"too narrow", chart.Options{Width: 3}, chart.MinimumWidth, 0},
		{"too wide", chart.Options{Width: 1 << 30}, chart.MaximumWidth, 0},
		{"height asked for", chart.Options{Width: 720, Height: 420}, 720, 420},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := chart.Trend(three, three.Everyone, analytics.MetricNPS, tt.o)
			if p.Width != tt.width || (tt.height != 0 && p.Height != tt.height) {
				t.Errorf("got %d × %d, want %d × %d", p.Width, p.Height, tt.width, tt.height)
			}
		})
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	key := func(o chart.Options) string { return chart.Progress(article(), o).Key() }
	if a, b := key(chart.Options{}), key(chart.Options{Width: 720, Theme: chart.Light}); a != b || !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(a) {
		t.Errorf("the same picture: got keys %q and %q, want one of 32 hexadecimal digits", a, b)
	}
	for _, o := range []chart.Options{{Width: 721}, {Theme: chart.Dark}, {Title: "Other"}, {Height: 500}} {
		if key(o) == key(chart.Options{}) {
			t.Errorf("%+v: got the key of another picture", o)
		}
	}
}

func TestContrast(t *testing.T) {
	t.Parallel()
	for _, theme := range []chart.Theme{chart.Light, chart.Dark} {
		for _, pair := range theme.Contrasts() {
			if pair.Ratio < pair.Least {
				t.Errorf("%s, %s: got %.2f, want at least %.1f", theme, pair.Name, pair.Ratio, pair.Least)
			}
		}
	}
}

// The figures that a picture writes are those of the struct behind it, in words too.
func TestFigures(t *testing.T) {
	t.Parallel()
	trend := made{scale: analytics.ScaleNPS, every: analytics.Monthly, buckets: 6, each: 40, begin: .7, end: .84}.trend(t)
	points := trend.Everyone.Points
	first, end := points[0].NPS, points[5].NPS
	p := chart.Trend(trend, trend.Everyone, analytics.MetricNPS, chart.Options{})
	m := analytics.MetricNPS
	want := fmt.Sprintf("Net promoter score by month, March to August 2025: from %s to %s, n = %d, latest 95 %% interval %s.",
		m.Format(first.Value), m.Format(end.Value), trend.Everyone.Total.N, m.FormatInterval(end))
	if p.Alt != want {
		t.Errorf("alt: got  %s\nwant %s", p.Alt, want)
	}
	written := strings.Join(texts(t, "trend", svg(t, p)), "|")
	for _, figure := range []string{m.Format(end.Value), m.FormatInterval(end), fmt.Sprint(points[3].N), "Mar", "2025"} {
		if !strings.Contains(written, figure) {
			t.Errorf("got texts %s, want %q among them", written, figure)
		}
	}

	poll := chart.Progress(article(), chart.Options{})
	if want := "Business success compared with six months ago, n = 64: Significantly better 15\u00a0% (10), " +
		"Making good progress 61\u00a0% (39), About the same 19\u00a0% (12), Behind 5\u00a0% (3), Significantly worse 0\u00a0% (0)."; poll.Alt != want {
		t.Errorf("alt: got  %s\nwant %s", poll.Alt, want)
	}

	quiet := chart.Silences(chart.Silence{Customer: "Hansen & Søn", Gaps: []chart.Gap{{End: epoch, Days: 12}}, UsualLow: 8, UsualHigh: 19, Days: 41.9, Now: epoch.AddDate(0, 0, 41)}, chart.Options{})
	if want := "Hansen & Søn: 41 days now, usually 8–19 days between signs of life; 1 gap so far, the longest 12 days."; quiet.Alt != want {
		t.Errorf("alt: got  %s\nwant %s", quiet.Alt, want)
	}

	told := chart.Alarms([]chart.AlarmMonth{{Start: epoch}, {Start: epoch.AddDate(0, 1, 0), Away: 5, Themselves: 2, Contacted: 1}, {Start: epoch.AddDate(0, 2, 0), Waiting: 1200}}, chart.Options{})
	if want := "What came of the alarms, by month. Apr 2025 8: 5 stayed away, 1 came back after contact, 2 came back by themselves; May 2025 1,200: 1,200 too early to tell."; told.Alt != want {
		t.Errorf("alt: got  %s\nwant %s", told.Alt, want)
	}

	lengths := []chart.CapacityPoint{{PerWeek: 5, Reached: 0.25, Label: "5"}, {PerWeek: 10, Reached: 0.41, Label: "10"}, {PerWeek: 20, Reached: 0.61, Label: "20"}}
	lists := chart.Capacities(chart.Capacity{Points: lengths, Told: lengths,
		InForce: chart.CapacityPoint{PerWeek: 10, Reached: 0.41, Label: "10", Cost: []string{"24 days after the last usual gap", "3 in 10 were fine"}}}, chart.Options{})
	if want := "Share of those who left that would have been reached, by alarms a week, last year: 25\u00a0% with 5 a week, 41\u00a0% with 10 a week, 61\u00a0% with 20 a week; " +
		"now 41\u00a0% with 10 a week, 24 days after the last usual gap; 3 in 10 were fine."; lists.Alt != want {
		t.Errorf("alt: got  %s\nwant %s", lists.Alt, want)
	}
}

// A PNG cannot write Chinese or Arabic: it writes a stand-in and says which, so that a mail can explain it.
func TestSubstitutes(t *testing.T) {
	t.Parallel()
	trend := made{scale: analytics.ScaleCSAT, every: analytics.Monthly, buckets: 3, each: 30, begin: .7, end: .7, groups: longNames}.trend(t)
	p := chart.Multiples(trend, chart.BySegment, analytics.MetricMean, chart.Options{Width: 1200})
	want := map[string]string{"Segment 1": longNames[1], "Segment 2": longNames[2]}
	if len(p.Substitutes) != len(want) {
		t.Fatalf("got %+v, want %v", p.Substitutes, want)
	}
	for _, s := range p.Substitutes {
		if want[s.Short] != s.Name {
			t.Errorf("%s: got %q, want %q", s.Short, s.Name, want[s.Short])
		}
	}
	if written := texts(t, "multiples", svg(t, p)); !strings.Contains(strings.Join(written, "|"), longNames[1]) {
		t.Errorf("the SVG writes the names themselves, got %v", written)
	}
}

// go-chart draws letters of the size that the layout reckons with: a wrong resolution would run labels into each other.
func TestMeasure(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"Business success compared with six months ago", "−31 to +8, n 1,234", "Öffentliche Verwaltung", "WWWWWWWWWW"} {
		for _, size := range []float64{11, 13, 34} {
			reckoned, drawn, err := chart.Measured(text, size)
			if err != nil {
				t.Fatal(err)
			}
			if drawn < reckoned*0.95-3 || drawn > reckoned*1.01+3 {
				t.Errorf("%q at %v: got %.1f pixels drawn, want about %.1f", text, size, drawn, reckoned)
			}
		}
	}
}

func TestSpread(t *testing.T) {
	t.Parallel()
	got := chart.Spread([]float64{50, 52, 54, 200}, []float64{10, 10, 10, 10}, 0, 300)
	for i, want := range []float64{42, 52, 62, 200} {
		if got[i] != want {
			t.Errorf("label %d: got %v, want %v", i, got[i], want)
		}
	}
	got = chart.Spread([]float64{1, 299, 298}, []float64{10, 10, 20}, 0, 300)
	for i, want := range []float64{5, 295, 280} {
		if got[i] != want {
			t.Errorf("label %d at the edge: got %v, want %v", i, got[i], want)
		}
	}
}

func FuzzLabels(f *testing.F) {
	for _, name := range append(longNames, "]]>", "\x00\x01\x02\x03", "a\u202eb", "&amp;", "\xff\xfe", "👩‍👩‍👧‍👦", strings.Repeat("W", 3000), "\u0301", "e\u0301\u200d", " \n ") {
		f.Add(name, 360)
	}
	f.Fuzz(func(t *testing.T, name string, width int) {
		trend := made{scale: analytics.ScaleNPS, every: analytics.Monthly, buckets: 3, each: 12, begin: .7, end: .8, groups: []string{name, "b"}}.trend(t)
		o := chart.Options{Width: width % 1500, Title: name}
		for kind, p := range map[string]chart.Picture{
			"multiples": chart.Multiples(trend, chart.BySegment, analytics.MetricNPS, o),
			"trend":     chart.Trend(trend, trend.Segments[0], analytics.MetricNPS, chart.Options{Width: o.Width}), "silence": chart.Silences(chart.Silence{Customer: name}, o),
		} {
			texts(t, kind, svg(t, p))
			checkLabels(t, kind, p, p.Labels())
		}
		if _, err := chart.Multiples(trend, chart.BySegment, analytics.MetricNPS, chart.Options{Width: 360}).PNG(1); err != nil {
			t.Errorf("png: %v", err)
		}
	})
}

// benchmarked is the picture that the rivals' figures are about: 52 points in 3 series.
func benchmarked(b *testing.B) (analytics.Trend, chart.Options) {
	return made{scale: analytics.ScaleNPS, every: analytics.Weekly, buckets: 52, each: 40, begin: .7, end: .84, groups: []string{"A", "B", "C"}}.trend(b), chart.Options{}
}

func BenchmarkSVG(b *testing.B) {
	trend, o := benchmarked(b)
	b.ReportAllocs()
	for b.Loop() {
		p := chart.Multiples(trend, chart.BySegment, analytics.MetricNPS, o)
		b.ReportMetric(float64(len(svg(b, p))), "bytes")
	}
}

func BenchmarkPNG(b *testing.B) {
	trend, o := benchmarked(b)
	for _, ratio := range []int{1, 2} {
		b.Run(fmt.Sprint("ratio=", ratio), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				body, err := chart.Multiples(trend, chart.BySegment, analytics.MetricNPS, o).PNG(ratio)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(body)), "bytes")
			}
		})
	}
}
