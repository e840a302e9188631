package api

import (
	"net/url"
	"reflect"
	"strconv"

	"github.com/labstack/echo/v4"

	"earshot/analytics"
	"earshot/analytics/chart"
	"earshot/frontend"
	"earshot/survey"
)

// Where the pictures on the page of figures are.
const (
	pathTrendImage  = frontend.PathFeedback + "/trend"
	pathSpreadImage = frontend.PathFeedback + "/distribution"
)

// The widths of pictures on pages, in CSS pixels: beside or below text, over the whole page, and on phones.
const (
	columnWidth = chart.DefaultWidth
	pageWidth   = 1160
	phoneWidth  = 350
)

// pictured is a picture as a page shows it: light and dark, wide and for phones. draw draws it in a width.
func pictured(path string, query url.Values, width int, draw func(chart.Options) chart.Picture) frontend.Chart {
	wide := sized(path, query, width, draw)
	narrow := sized(path, query, phoneWidth, draw)
	wide.Narrow = &narrow
	return wide
}

// sized is the picture in one width.
func sized(path string, query url.Values, width int, draw func(chart.Options) chart.Picture) frontend.Chart {
	drawn := draw(chart.Options{Width: width})
	themed := func(theme chart.Theme) string {
		all := url.Values{"width": {strconv.Itoa(width)}, "theme": {string(theme)}}
		for name, values := range query {
			all[name] = values
		}
		return path + "?" + all.Encode()
	}
	return frontend.Chart{
		URL: themed(chart.Light), DarkURL: themed(chart.Dark), Alt: drawn.Alt, Width: drawn.Width, Height: drawn.Height,
	}
}

// trendChart is the picture of the figure over time.
func trendChart(f *feedbackChoice, t analytics.Trend) frontend.Chart {
	shown := pictured(pathTrendImage+".svg", f.values, pageWidth, func(o chart.Options) chart.Picture { return trendPicture(t, f.drawn(), o) })
	shown.Downloads = f.downloads(pathTrendImage)
	return shown
}

// Where the pictures that hold segments and reps against each other are.
const (
	pathSegmentsImage = frontend.PathFeedback + "/segments"
	pathRepsImage     = frontend.PathFeedback + "/reps"
)

// groupsChart is the picture of the figure over time for each segment or rep; none where there are not two of them.
func groupsChart(f *feedbackChoice, t analytics.Trend, path string, by chart.By, groups []analytics.Series) frontend.Chart {
	if len(groups) < 2 {
		return frontend.Chart{}
	}
	return pictured(path+".svg", f.values, pageWidth, func(o chart.Options) chart.Picture { return chart.Multiples(t, by, f.metric, o) })
}

// groupsImage answers with it.
func (s *Server) groupsImage(by chart.By, as func(pixels) render) echo.HandlerFunc {
	return s.feedbackImage(as, string(by), func(f *feedbackChoice, t analytics.Trend, o chart.Options) chart.Picture {
		return chart.Multiples(t, by, f.metric, o)
	})
}

// drawn is what the picture over time shows.
func (f *feedbackChoice) drawn() analytics.Metric {
	if f.levels {
		return metricLevels
	}
	return f.metric
}

// spreadChart is the picture of how the answers spread.
func spreadChart(f *feedbackChoice, d analytics.Distribution) frontend.Chart {
	shown := pictured(pathSpreadImage+".svg", f.values, pageWidth, func(o chart.Options) chart.Picture { return distributionPicture(d, o) })
	shown.Downloads = f.downloads(pathSpreadImage)
	return shown
}

// downloads lead to the picture by itself.
func (f *feedbackChoice) downloads(path string) []frontend.Link {
	return []frontend.Link{{Text: "SVG", URL: f.url(path + ".svg")}, {Text: "PNG", URL: f.url(path + ".png")}}
}

// trendImage answers with the picture of a figure over time.
func (s *Server) trendImage(as func(pixels) render) echo.HandlerFunc {
	return s.feedbackImage(as, "", func(f *feedbackChoice, t analytics.Trend, o chart.Options) chart.Picture {
		return trendPicture(t, f.drawn(), o)
	})
}

// spreadImage answers with the picture of how the answers spread.
func (s *Server) spreadImage(as func(pixels) render) echo.HandlerFunc {
	return s.feedbackImage(as, "", func(_ *feedbackChoice, t analytics.Trend, o chart.Options) chart.Picture {
		return distributionPicture(t.Everyone.Total.Distribution, o)
	})
}

// feedbackImage draws what the filter in the address chooses.
func (s *Server) feedbackImage(as func(pixels) render, group string, draw func(*feedbackChoice, analytics.Trend, chart.Options) chart.Picture) echo.HandlerFunc {
	return func(c echo.Context) error {
		in, err := readLook(c)
		if err != nil {
			return err
		}
		choice, err := s.chooseFeedback(c, true)
		if err != nil {
			return err
		}
		if choice.wrong != nil {
			return choice.wrong
		}
		if choice.question.ID == "" {
			return survey.Errorf(survey.NotFound, "there is no question with a scale to draw")
		}
		cut := s.cut(choice.in, group)
		cut.Within = choice.within
		trend, err := cut.Trend(c.Request().Context(), s.figures)
		if err != nil {
			return err
		}
		s.nameReps(c, trend.Reps)
		return writePicture(c, draw(choice, trend, in.options()), as(in.pixels))
	}
}

// pictureRequest says how a picture on a page is to look.
type pictureRequest struct {
	look
	pixels
}

// readLook reads how a picture is to look; other parameters are somebody else's.
func readLook(c echo.Context) (pictureRequest, error) {
	var in pictureRequest
	_, err := bindFields(c, reflect.ValueOf(&in).Elem(), c.QueryParams())
	return in, err
}
