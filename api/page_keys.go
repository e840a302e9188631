package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// pathKeys is where keys are made, given another secret and revoked.
const pathKeys = frontend.PathSettings + "/keys"

// keyRows are the API keys as the settings page lists them; names are those of the reps.
func (s *Server) keyRows(ctx context.Context, names map[survey.RepID]string) ([]frontend.KeyRow, error) {
	keys, err := s.keys.APIKeys(ctx)
	now, rows := s.here.Now(), make([]frontend.KeyRow, len(keys))
	for i, k := range keys {
		rows[i] = frontend.KeyRow{
			Name: k.Name, Prefix: k.Prefix, Scopes: k.Scopes(), Test: k.Test, CreatedBy: names[k.CreatedBy], CreatedAt: k.CreatedAt,
			ExpiresAt: k.ExpiresAt, Expired: k.Expired(now), EndsSoon: k.EndsSoon(now), RevokedAt: k.RevokedAt, LastUsedAt: k.LastUsedAt, LastUsedFrom: k.LastUsedFrom,
		}
		if now.Before(k.PreviousUntil) {
			rows[i].PreviousPrefix, rows[i].PreviousUntil = k.PreviousPrefix, k.PreviousUntil
		}
		if !k.RevokedAt.IsZero() || k.Expired(now) {
			continue
		}
		rotate := frontend.RotateForm(pathKeys+"/rotate", fmt.Sprint("rotate-", i), k.ID)
		rows[i].Rotate = &rotate
		rows[i].Revoke = &frontend.Action{Label: "Revoke", URL: pathKeys + "/revoke", About: k.Name, Look: frontend.Danger,
			Hidden: []frontend.Hidden{{Name: "id", Value: k.ID}}}
	}
	return rows, err
}

// newKeyOf reads the form of a new key.
func (s *Server) newKeyOf(form url.Values) (access.NewAPIKey, error) {
	in := access.NewAPIKey{Name: form.Get("name"), Test: form.Get("test") != ""}
	if scope := form.Get("scope"); scope != frontend.ScopeSome {
		in.Scopes = append(in.Scopes, access.Scope(scope))
	}
	for _, scope := range form["scopes"] {
		in.Scopes = append(in.Scopes, access.Scope(scope))
	}
	if last := form.Get("expires_at"); last != "" {
		day, err := time.ParseInLocation(time.DateOnly, last, s.here.TimeZone())
		if err != nil {
			return in, survey.InvalidField("expires_at", "must be a day, e.g. 2027-01-31")
		}
		in.ExpiresAt = day.AddDate(0, 0, 1)
	}
	return in, nil
}

// addKey makes an API key and shows it this once.
func (s *Server) addKey(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	in, err := s.newKeyOf(form)
	if err == nil {
		var key string
		var made *access.APIKey
		if key, made, err = s.keys.CreateAPIKey(c.Request().Context(), survey.RepID(repOf(c).ID), in); err == nil {
			return s.showFresh(c, key, made)
		}
	}
	if survey.KindOf(err) != survey.Invalid {
		return err
	}
	page, broken := s.settings(c)
	if broken != nil {
		return broken
	}
	page.NewKey = frontend.KeyForm(pathKeys, form).Reject(err)
	return s.page(c, statusOf(survey.Invalid), page)
}

// rotateKey gives an API key another secret and shows it this once.
func (s *Server) rotateKey(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	hours, err := strconv.Atoi(form.Get("overlap"))
	if err != nil {
		return survey.InvalidField("overlap", "must be a number of hours")
	}
	key, rotated, err := s.keys.RotateAPIKey(c.Request().Context(), form.Get("id"), time.Duration(hours)*time.Hour)
	if err != nil {
		return err
	}
	return s.showFresh(c, key, rotated)
}

// showFresh shows the secret of a key this once.
func (s *Server) showFresh(c echo.Context, secret string, key *access.APIKey) error {
	actAbout(c, key.ID)
	page, err := s.settings(c)
	if err != nil {
		return err
	}
	page.FreshKey, page.FreshName = secret, key.Name
	return s.page(c, http.StatusCreated, page)
}

// revokeKey ends an API key.
func (s *Server) revokeKey(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	if _, err := s.keys.RevokeAPIKey(c.Request().Context(), form.Get("id")); err != nil {
		return err
	}
	return seeOther(c, frontend.PathSettings, "revoked")
}
