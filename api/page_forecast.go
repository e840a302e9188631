package api

import (
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// The most rows that the page of the forecast shows of a day, and of those who are held; the API tells all.
const (
	forecastDayRows  = 50
	forecastHeldRows = 200
)

// forecastPage shows whom the pulses will ask, day by day, and whom not.
func (s *Server) forecastPage(c echo.Context) error {
	f, err := s.pulses.Forecast(c.Request().Context(), survey.ForecastDays)
	if err != nil {
		return err
	}
	f = forecastFor(f, viewerOf(c))
	only := survey.PulseID(c.QueryParam("pulse"))
	page := frontend.ForecastPage{Shell: s.shell(c, frontend.PathPulses), From: f.From, Until: f.Until}
	names := map[survey.PulseID]frontend.Link{}
	page.Tabs = append(page.Tabs, tab("All pulses", frontend.PathForecast, only == ""))
	known := only == ""
	for _, p := range f.Pulses {
		names[p.PulseID] = frontend.Link{Text: p.Name, URL: pulseURL(p.PulseID)}
		page.Tabs = append(page.Tabs, tab(p.Name, frontend.PathForecast+"?pulse="+string(p.PulseID), only == p.PulseID))
		known = known || p.PulseID == only
		if only == "" || p.PulseID == only {
			page.Pulses = append(page.Pulses, frontend.ForecastPulse{
				Pulse: names[p.PulseID], Asked: p.Asked, Held: p.Held, Beyond: p.Beyond, Problem: p.Problem, Cut: p.Cut,
			})
		}
	}
	if !known {
		return survey.Errorf(survey.NotFound, "there is no pulse %q that runs", only)
	}
	s.forecastDays(&page, f, only, names)
	for _, h := range f.Held {
		if only != "" && h.PulseID != only {
			continue
		}
		if len(page.Held) == forecastHeldRows {
			page.MoreHeld++
			continue
		}
		page.Held = append(page.Held, frontend.ForecastHeld{
			Customer: frontend.Link{Text: h.Customer.Name, URL: customerURL(survey.CustomerID(h.Customer.ID))}, Pulse: names[h.PulseID], Reason: h.Reason, Until: h.Until,
		})
	}
	return s.page(c, http.StatusOK, page)
}

// forecastDays puts the asks into the days on which their mails go out.
func (s *Server) forecastDays(page *frontend.ForecastPage, f *survey.Forecast, only survey.PulseID, names map[survey.PulseID]frontend.Link) {
	zone := s.here.TimeZone()
	asks := slices.Clone(f.Asks)
	slices.SortStableFunc(asks, func(a, b survey.ForecastAsk) int { return a.SendAt.Compare(b.SendAt) })
	for _, a := range asks {
		if only != "" && a.PulseID != only {
			continue
		}
		year, month, date := a.SendAt.In(zone).Date()
		day := time.Date(year, month, date, 12, 0, 0, 0, zone) // some zones skip a midnight
		if n := len(page.Days); n == 0 || !page.Days[n-1].Day.Equal(day) {
			page.Days = append(page.Days, frontend.ForecastDay{Day: day})
		}
		d := &page.Days[len(page.Days)-1]
		d.Asked++
		page.Asked++
		if len(d.Rows) < forecastDayRows {
			d.Rows = append(d.Rows, frontend.ForecastRow{
				At: a.SendAt.In(zone), Customer: frontend.Link{Text: a.Customer.Name, URL: customerURL(survey.CustomerID(a.Customer.ID))},
				Contact: a.Contact.Name, Email: a.Contact.Email, Pulse: names[a.PulseID],
			})
		}
	}
}

// forecastFor is the forecast of the customers whom the viewer sees, with counts of these.
func forecastFor(whole *survey.Forecast, viewer survey.Viewer) *survey.Forecast {
	if viewer.See.All() {
		return whole
	}
	f := *whole
	f.Asks = slices.DeleteFunc(slices.Clone(f.Asks), func(a survey.ForecastAsk) bool { return !viewer.See.Has(a.Customer.RepID) })
	f.Held = slices.DeleteFunc(slices.Clone(f.Held), func(h survey.ForecastHold) bool { return !viewer.See.Has(h.Customer.RepID) })
	f.Pulses = slices.Clone(f.Pulses)
	for i := range f.Pulses {
		p := &f.Pulses[i]
		p.Asked, p.Held = 0, 0
		for _, a := range f.Asks {
			if a.PulseID == p.PulseID {
				p.Asked++
			}
		}
		for _, h := range f.Held {
			if h.PulseID == p.PulseID {
				p.Held++
			}
		}
	}
	return &f
}
