package api

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// afterProof lets next run only for a rep who has shown within the last minutes who they are; others are asked, and come back.
func (s *Server) afterProof(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		confirmed, err := s.guardian.Confirmed(c.Request().Context(), s.cookieValue(c, sessionCookie))
		if err != nil {
			return err
		}
		if !confirmed {
			actUnproven(c)
			return seeOther(c, withNext(frontend.PathConfirm, cameFrom(c)), "")
		}
		return next(c)
	}
}

// cameFrom is the page on which what is to be proven for stands.
func cameFrom(c echo.Context) string {
	if id := c.Param("id"); id != "" {
		return frontend.PathSettings + "/reps/" + id
	}
	return frontend.PathFactors
}

// confirm returns the page that asks who is logged in to prove it.
func (s *Server) confirm(c echo.Context, values url.Values) (frontend.ConfirmPage, error) {
	ctx, who, f := c.Request().Context(), repOf(c), repOf(c).Factors
	page := frontend.ConfirmPage{Shell: s.shell(c, frontend.PathAccount)}
	if who.PasswordHash != "" && !s.steps.SignOnOnly() {
		page.Password = frontend.ConfirmForm(frontend.PathConfirm, values)
	}
	if s.signOn != nil && (who.SignOnKey != "" || s.steps.SignOnOnly()) {
		anew := url.Values{"anew": {"yes"}, nextParam: {localPath(values.Get(nextParam))}}
		page.SignOn = frontend.Link{Text: "Log in anew with " + s.signOn.Name(), URL: frontend.PathSignOn + "?" + anew.Encode()}
	}
	if f.HasApp() || len(f.Recovery) > 0 {
		page.Code = frontend.CodeForm(frontend.PathConfirm, values, f.HasApp(), len(f.Recovery) > 0, "Go on")
	}
	options, err := s.guardian.ConfirmOptions(ctx, who)
	page.Passkey = passkeyForm(frontend.PathConfirm, "Use a passkey", options, values)
	return page, err
}

// confirmPage shows it.
func (s *Server) confirmPage(c echo.Context) error {
	page, err := s.confirm(c, c.QueryParams())
	if err != nil {
		return err
	}
	return s.page(c, http.StatusOK, page)
}

// takeProof takes the proof.
func (s *Server) takeProof(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	proof := access.Proof{Code: form.Get("code"), Passkey: form.Get("passkey")}
	err = s.guardian.Confirm(c.Request().Context(), repOf(c), s.cookieValue(c, sessionCookie), form.Get("password"), proof)
	if err == nil {
		return c.Redirect(http.StatusSeeOther, localPath(form.Get(nextParam)))
	}
	kind := survey.KindOf(err)
	if !slices.Contains(loginTroubles, kind) && kind != survey.Conflict {
		return err
	}
	page, broken := s.confirm(c, form)
	if broken != nil {
		return broken
	}
	if proof == (access.Proof{}) {
		page.Password = page.Password.Reject(err)
	} else {
		page.Code = page.Code.Reject(err)
	}
	return s.page(c, refused(c, err), page)
}
