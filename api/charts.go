package api

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"earshot/analytics"
	"earshot/analytics/chart"
	"earshot/survey"
)

// look says how a chart is to look.
type look struct {
	Theme string `query:"theme" oneof:"light dark" default:"light"`
	Width int    `query:"width" min:"280" max:"2000" default:"720"`
	cached
}

// pixels says how many pixels of a PNG stand for one of the chart.
type pixels struct {
	Ratio int `query:"ratio" min:"1" max:"3" default:"2"`
}

func (l look) options() chart.Options {
	return chart.Options{Width: l.Width, Theme: chart.Theme(l.Theme)}
}

// render is a way to write a picture down.
type render struct {
	media string
	draw  func(chart.Picture) ([]byte, error)
}

// asSVG writes a picture of any size.
func asSVG(pixels) render { return render{"image/svg+xml", chart.Picture.SVG} }

// asPNG writes a picture in pixels.
func asPNG(p pixels) render {
	return render{"image/png", func(picture chart.Picture) ([]byte, error) { return picture.PNG(p.Ratio) }}
}

// writePicture answers with a picture. Its ETag is that of its looks, so that a picture that did not change is not sent
// again.
func writePicture(c echo.Context, p chart.Picture, r render) error {
	tag := `"` + p.Key() + `"`
	h := c.Response().Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	if unchanged(c, tag) {
		return c.NoContent(http.StatusNotModified)
	}
	body, err := r.draw(p)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, r.media, body)
}

// trendChartRequest says which trend is drawn.
type trendChartRequest struct {
	feedbackRequest
	look
	Metric string `query:"metric" oneof:"nps mean top_two balance levels"`
}

// metricLevels draws how the levels of a progress question shifted, instead of one figure.
const metricLevels analytics.Metric = "levels"

// metric returns what is drawn: what was asked for, else the most telling metric of the scale.
func (r trendChartRequest) metric() (analytics.Metric, error) {
	scale := analytics.Scale(r.Scale)
	choices := scale.Metrics()
	if scale == analytics.ScaleProgress {
		choices = append(choices, metricLevels)
	}
	if r.Metric == "" {
		return choices[0], nil
	}
	if !slices.Contains(choices, analytics.Metric(r.Metric)) {
		return "", survey.InvalidField("metric", "has no meaning on this scale; take one of %v", choices)
	}
	return analytics.Metric(r.Metric), nil
}

// drawTrend answers with a picture of a trend.
func (s *Server) drawTrend(c echo.Context, in trendChartRequest, r render) error {
	metric, err := in.metric()
	if err != nil {
		return err
	}
	trend, err := s.readTrend(c.Request().Context(), in.feedbackRequest, "")
	if err != nil {
		return err
	}
	return writePicture(c, trendPicture(trend, metric, in.options()), r)
}

func (s *Server) trendSVG(c echo.Context, in trendChartRequest) error {
	return s.drawTrend(c, in, asSVG(pixels{}))
}

// trendPNGRequest asks for the same in pixels.
type trendPNGRequest struct {
	trendChartRequest
	pixels
}

func (s *Server) trendPNG(c echo.Context, in trendPNGRequest) error {
	return s.drawTrend(c, in.trendChartRequest, asPNG(in.pixels))
}

func trendPicture(trend analytics.Trend, metric analytics.Metric, o chart.Options) chart.Picture {
	if metric == metricLevels {
		return chart.ProgressTrend(trend, trend.Everyone, o)
	}
	return chart.Trend(trend, trend.Everyone, metric, o)
}

// distributionChartRequest says which distribution is drawn.
type distributionChartRequest struct {
	feedbackRequest
	look
}

// drawDistribution answers with a picture of how answers spread.
func (s *Server) drawDistribution(c echo.Context, in distributionChartRequest, r render) error {
	trend, err := s.readTrend(c.Request().Context(), in.feedbackRequest, "")
	if err != nil {
		return err
	}
	return writePicture(c, distributionPicture(trend.Everyone.Total.Distribution, in.options()), r)
}

func (s *Server) distributionSVG(c echo.Context, in distributionChartRequest) error {
	return s.drawDistribution(c, in, asSVG(pixels{}))
}

// distributionPNGRequest asks for the same in pixels.
type distributionPNGRequest struct {
	distributionChartRequest
	pixels
}

func (s *Server) distributionPNG(c echo.Context, in distributionPNGRequest) error {
	return s.drawDistribution(c, in.distributionChartRequest, asPNG(in.pixels))
}

func distributionPicture(d analytics.Distribution, o chart.Options) chart.Picture {
	if d.Scale == analytics.ScaleProgress {
		return chart.Progress(d, o)
	}
	return chart.Answers(d, o)
}

// silenceChartRequest says whose silence is drawn.
type silenceChartRequest struct {
	idPath
	look
}

// drawSilence answers with a picture of a customer's silence against the customer's rhythm.
func (s *Server) drawSilence(c echo.Context, in silenceChartRequest, r render) error {
	ctx, customer := c.Request().Context(), survey.CustomerID(in.ID)
	found, err := s.customers.Customer(ctx, customer)
	if err != nil {
		return err
	}
	rhythm, err := s.silences.Rhythm(ctx, customer)
	if err != nil {
		return err
	}
	return writePicture(c, chart.Silences(s.silenceDrawing(found.Name, rhythm), in.options()), r)
}

func (s *Server) silenceSVG(c echo.Context, in silenceChartRequest) error {
	return s.drawSilence(c, in, asSVG(pixels{}))
}

// silencePNGRequest asks for the same in pixels.
type silencePNGRequest struct {
	silenceChartRequest
	pixels
}

func (s *Server) silencePNG(c echo.Context, in silencePNGRequest) error {
	return s.drawSilence(c, in.silenceChartRequest, asPNG(in.pixels))
}

// silenceDrawing returns the rhythm as the chart takes it.
func (s *Server) silenceDrawing(name string, r *survey.RhythmDetails) chart.Silence {
	drawing := chart.Silence{
		Customer: name, UsualLow: r.UsualLow, UsualHigh: r.UsualHigh, Days: float64(silentDays(r)), Now: s.here.Now(),
		Gaps: make([]chart.Gap, len(r.Gaps)),
	}
	for i, g := range r.Gaps {
		drawing.Gaps[i] = chart.Gap{End: g.To, Days: float64(g.Days)}
	}
	return drawing
}

// silentDays is the present silence in the kind of sign of life whose rhythm is told, for its gaps are what it is held
// against.
func silentDays(r *survey.RhythmDetails) int {
	for _, k := range r.Kinds {
		if k.Kind == r.Kind {
			return k.Days
		}
	}
	return r.Days
}
