package api

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// effectsPage shows how far each effect is behind, and the dead letters of one: of the chosen one, or of the first that has
// some.
func (s *Server) effectsPage(c echo.Context) error {
	ctx, query := c.Request().Context(), c.QueryParams()
	list, err := s.effects.Backlogs(ctx)
	if err != nil {
		return err
	}
	page := frontend.EffectsPage{Shell: s.shell(c, frontend.PathEffects)}
	chosen := survey.Backlog{Queue: query.Get("collection"), Effect: query.Get("effect")}
	for _, b := range list {
		row := frontend.EffectRow{Backlog: b}
		if b.Dead > 0 {
			row.Letters = effectURL(b)
			if chosen.Queue == "" {
				chosen = b
			}
		}
		if !b.Oldest.IsZero() {
			row.Waited = max(age(b.Oldest, s.here.Now()), time.Second)
		}
		page.Effects = append(page.Effects, row)
	}
	if chosen.Queue != "" {
		err = s.addLetters(c, &page, chosen)
	}
	if err != nil {
		return err
	}
	return s.page(c, http.StatusOK, page)
}

// effectURL is where the dead letters of an effect are listed.
func effectURL(b survey.Backlog) string {
	return frontend.PathEffects + "?" + url.Values{"collection": {b.Queue}, "effect": {b.Effect}}.Encode() + "#letters"
}

// addLetters lists the dead letters of the chosen effect.
func (s *Server) addLetters(c echo.Context, page *frontend.EffectsPage, chosen survey.Backlog) error {
	list, err := s.effects.DeadLetters(c.Request().Context(), survey.DeadLetterFilter{
		Collection: chosen.Queue, Effect: chosen.Effect, After: survey.Cursor(c.QueryParam(cursorParam)), Limit: pageRows,
	})
	if survey.KindOf(err) == survey.Invalid && c.QueryParam(cursorParam) == "" {
		return survey.Errorf(survey.NotFound, "there is no such effect")
	}
	if err != nil {
		return err
	}
	page.Pager = pager(c, cursorParam, list.Next)
	for _, r := range page.Effects {
		current := r.Queue == chosen.Queue && r.Effect == chosen.Effect
		if r.Dead > 0 || current {
			page.Tabs = append(page.Tabs, frontend.Tab{Link: frontend.Link{Text: frontend.EffectWords(r.Effect), URL: effectURL(r.Backlog)}, Current: current})
		}
	}
	which := []frontend.Hidden{{Name: "collection", Value: chosen.Queue}, {Name: "effect", Value: chosen.Effect}}
	if len(list.Items) > 0 {
		page.RestartAll = &frontend.Action{
			Label: "Start all again", URL: frontend.PathEffects + "/restart-all", Hidden: which, About: frontend.EffectWords(chosen.Effect),
		}
	}
	for _, l := range list.Items {
		page.Letters = append(page.Letters, frontend.DeadLetterRow{
			About: frontend.Link{Text: l.Document, URL: aboutURL(l)}, Since: l.Since, SetAside: l.DeadSince, Tries: l.Tries, Error: l.Error,
			Restart: frontend.Action{
				Label: "Start again", URL: frontend.PathEffects + "/restart", About: l.Document,
				Hidden: append(which[:2:2], frontend.Hidden{Name: "document", Value: l.Document}),
			},
		})
	}
	return nil
}

// aboutURL is where one sees what a dead letter is about; empty where there is no page for that.
func aboutURL(l *survey.DeadLetter) string {
	folder := map[string]string{
		"responses": frontend.PathResponses, "pulses": frontend.PathPulses, "imports": frontend.PathImports, "invitations": frontend.PathInvitations,
	}[l.Collection]
	switch {
	case folder != "":
		return folder + "/" + url.PathEscape(l.Document)
	case l.CustomerID != "":
		return frontend.PathCustomers + "/" + url.PathEscape(string(l.CustomerID))
	}
	return ""
}

// restartOne starts one dead letter again. One that somebody has started meanwhile is what was wanted.
func (s *Server) restartOne(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	document := form.Get("document")
	return s.restarted(c, restartRequest{Collection: form.Get("collection"), Effect: form.Get("effect"), Document: &document})
}

// restartAll starts all dead letters of an effect again.
func (s *Server) restartAll(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	return s.restarted(c, restartRequest{Collection: form.Get("collection"), Effect: form.Get("effect")})
}

// restarted starts what a form asks for, and goes back to the effect's dead letters.
func (s *Server) restarted(c echo.Context, in restartRequest) error {
	back := frontend.PathEffects + "?" + url.Values{"collection": {in.Collection}, "effect": {in.Effect}}.Encode()
	switch _, err := s.restart(c, in); survey.KindOf(err) {
	case survey.Invalid:
		return survey.Errorf(survey.NotFound, "there is no such effect")
	case survey.NotFound:
		return seeOther(c, back, "restarted_already")
	default:
		if err != nil {
			return err
		}
	}
	return seeOther(c, back, "restarted")
}
