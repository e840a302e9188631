package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"earshot/analytics"
	"earshot/analytics/chart"
)

// look says how a chart is to look.
type look struct {
	Theme string `query:"theme" oneof:"light dark" default:"light"`
	Width int    `query:"width" min:"280" max:"2000" default:"720"`
	// Ratio is how many pixels of a PNG stand for one of the chart.
	Ratio int `query:"ratio" min:"1" max:"3" default:"2"`
}

func (l look) options() chart.Options {
	return chart.Options{Width: l.Width, Theme: chart.Theme(l.Theme)}
}

// render is a way to write a picture down.
type render struct {
	media string
	draw  func(chart.Picture, look) ([]byte, error)
}

// The renderings of a picture.
var (
	asSVG = render{"image/svg+xml", func(p chart.Picture, _ look) ([]byte, error) { return p.SVG() }}
	asPNG = render{"image/png", func(p chart.Picture, l look) ([]byte, error) { return p.PNG(l.Ratio) }}
)

// writePicture answers with a picture. Its ETag is that of its looks, so that a picture that did not change is not sent
// again.
func writePicture(c echo.Context, p chart.Picture, l look, r render) error {
	tag := `"` + p.Key() + `"`
	h := c.Response().Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	if c.Request().Header.Get("If-None-Match") == tag {
		return c.NoContent(http.StatusNotModified)
	}
	body, err := r.draw(p, l)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, r.media, body)
}

// trendChartRequest says which trend is drawn.
type trendChartRequest struct {
	feedbackRequest
	look
	Metric string `query:"metric" oneof:"nps mean top_two balance"`
}

// metric returns what is drawn: what was asked for, else the most telling metric of the scale.
func (r trendChartRequest) metric() analytics.Metric {
	if r.Metric != "" {
		return analytics.Metric(r.Metric)
	}
	return analytics.Scale(r.Scale).Metrics()[0]
}

// drawTrend answers with a picture of a trend.
func (s *Server) drawTrend(c echo.Context, r render) error {
	in, err := bind[trendChartRequest](c)
	if err != nil {
		return err
	}
	trend, err := s.readTrend(c.Request().Context(), in.feedbackRequest, "")
	if err != nil {
		return err
	}
	return writePicture(c, chart.Trend(trend, trend.Everyone, in.metric(), in.options()), in.look, r)
}

func (s *Server) trendSVG(c echo.Context) error { return s.drawTrend(c, asSVG) }

func (s *Server) trendPNG(c echo.Context) error { return s.drawTrend(c, asPNG) }
