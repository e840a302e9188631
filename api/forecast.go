package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

type forecastRequest struct {
	Days    int    `query:"days" min:"1" max:"90" default:"30"`
	PulseID string `query:"pulse_id" max:"128"`
	Limit   int    `query:"limit" min:"1" max:"10000" default:"1000"`
}

// forecastResponse is a dry run of the pulses.
type forecastResponse struct {
	From   time.Time               `json:"from"`
	Until  time.Time               `json:"until"`
	Pulses []forecastPulseResponse `json:"pulses"`
	Runs   []forecastRunResponse   `json:"runs"`
	Asks   []forecastAskResponse   `json:"asks"`
	Held   []forecastHoldResponse  `json:"held"`
	// Complete is false where a list is longer than the limit.
	Complete bool `json:"complete"`
}

type forecastPulseResponse struct {
	PulseID string `json:"pulse_id"`
	Name    string `json:"name"`
	Asked   int    `json:"asked"`
	Held    int    `json:"held"`
	Beyond  int    `json:"beyond"`
	Cut     bool   `json:"cut"`
	Problem string `json:"problem"`
}

type forecastRunResponse struct {
	PulseID string    `json:"pulse_id"`
	At      time.Time `json:"at"`
	Asked   int       `json:"asked"`
	Capped  bool      `json:"capped"`
}

type forecastAskResponse struct {
	PulseID      string    `json:"pulse_id"`
	DecidedAt    time.Time `json:"decided_at"`
	SendAt       time.Time `json:"send_at"`
	CustomerID   string    `json:"customer_id"`
	CustomerName string    `json:"customer_name"`
	ContactID    string    `json:"contact_id"`
	ContactName  string    `json:"contact_name"`
}

type forecastHoldResponse struct {
	PulseID      string    `json:"pulse_id"`
	CustomerID   string    `json:"customer_id"`
	CustomerName string    `json:"customer_name"`
	Reason       string    `json:"reason"`
	Until        time.Time `json:"until,omitzero"`
}

// readForecast answers with whom the pulses will ask, and whom not.
func (s *Server) readForecast(c echo.Context, in forecastRequest) error {
	f, err := s.pulses.Forecast(c.Request().Context(), in.Days)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewForecast(f, survey.PulseID(in.PulseID), in.Limit))
}

// viewForecast shows a forecast, of one pulse where one is given, with at most limit asks and as many who are held.
func viewForecast(f *survey.Forecast, only survey.PulseID, limit int) forecastResponse {
	view := forecastResponse{
		From: f.From, Until: f.Until, Complete: true, Pulses: []forecastPulseResponse{}, Runs: []forecastRunResponse{}, Asks: []forecastAskResponse{}, Held: []forecastHoldResponse{},
	}
	wanted := func(id survey.PulseID) bool { return only == "" || id == only }
	for _, p := range f.Pulses {
		if wanted(p.PulseID) {
			view.Pulses = append(view.Pulses, forecastPulseResponse{string(p.PulseID), p.Name, p.Asked, p.Held, p.Beyond, p.Cut, p.Problem})
		}
	}
	for _, r := range f.Runs {
		if wanted(r.PulseID) {
			view.Runs = append(view.Runs, forecastRunResponse{string(r.PulseID), r.At, r.Asked, r.Capped})
		}
	}
	for _, a := range f.Asks {
		switch {
		case !wanted(a.PulseID):
		case len(view.Asks) == limit:
			view.Complete = false
		default:
			view.Asks = append(view.Asks, forecastAskResponse{
				string(a.PulseID), a.DecidedAt, a.SendAt, a.Customer.ID, a.Customer.Name, a.Contact.ID, a.Contact.Name,
			})
		}
	}
	for _, h := range f.Held {
		switch {
		case !wanted(h.PulseID):
		case len(view.Held) == limit:
			view.Complete = false
		default:
			view.Held = append(view.Held, forecastHoldResponse{string(h.PulseID), h.Customer.ID, h.Customer.Name, h.Reason, h.Until})
		}
	}
	return view
}
