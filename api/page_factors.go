package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// openWithoutFactor are the pages that stay open to a rep who must set up a second factor first.
var openWithoutFactor = []string{frontend.PathFactors, frontend.PathConfirm, frontend.PathLogout}

// leadToEnrol leads a rep to set up a second factor where the installation wants that before anything else. It says whether
// it has answered.
func (s *Server) leadToEnrol(c echo.Context, who *access.Rep) (bool, error) {
	if slices.ContainsFunc(openWithoutFactor, func(open string) bool { return strings.HasPrefix(c.Path(), open) }) {
		return false, nil
	}
	must, err := s.guardian.MustEnrol(c.Request().Context(), who, cookieOf(c, sessionCookie))
	if err != nil || !must {
		return false, err
	}
	if c.Request().Method != http.MethodGet {
		return false, survey.Errorf(survey.Forbidden, "this installation wants a second factor of you; set one up first, under Your account")
	}
	return true, c.Redirect(http.StatusSeeOther, frontend.PathFactors)
}

// afterProof lets next run only for a rep who has shown within the last minutes who they are; others are asked, and come back.
func (s *Server) afterProof(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		confirmed, err := s.guardian.Confirmed(c.Request().Context(), cookieOf(c, sessionCookie))
		if err != nil {
			return err
		}
		if !confirmed {
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
	if who.PasswordHash != "" {
		page.Password = frontend.ConfirmForm(frontend.PathConfirm, values)
	} else if s.signOn != nil {
		page.SignOn = s.signOn.Name()
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
	err = s.guardian.Confirm(c.Request().Context(), repOf(c), cookieOf(c, sessionCookie), form.Get("password"), proof)
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
	retryLater(c, survey.AsError(err))
	if proof == (access.Proof{}) {
		page.Password = page.Password.Reject(err)
	} else {
		page.Code = page.Code.Reject(err)
	}
	return s.page(c, statusOf(kind), page)
}

// ownFactors returns the page of the logged-in rep's ways to log in.
func (s *Server) ownFactors(c echo.Context, who *access.Rep, values url.Values) (frontend.FactorsPage, error) {
	ctx, f := c.Request().Context(), who.Factors
	page := frontend.FactorsPage{
		Shell: s.shell(c, frontend.PathAccount), AppSince: f.App.Since, Left: len(f.Recovery), RecoveryAt: f.RecoveryAt,
		SetUp: frontend.Action{Label: "Set up an app", URL: frontend.PathApp, Look: frontend.Primary},
	}
	var err error
	if page.Must, err = s.guardian.MustEnrol(ctx, who, cookieOf(c, sessionCookie)); err != nil {
		return page, err
	}
	if f.HasApp() {
		page.SetUp = frontend.Action{Label: "Set up another app", URL: frontend.PathApp}
		page.RemoveApp = &frontend.Action{Label: "Remove", URL: frontend.PathApp + "/remove", About: "the authenticator app", Look: frontend.Danger}
	}
	for _, p := range f.Passkeys {
		page.Passkeys = append(page.Passkeys, frontend.PasskeyRow{Name: p.Name, CreatedAt: p.CreatedAt, UsedAt: p.UsedAt,
			Remove: frontend.Action{Label: "Remove", URL: frontend.PathFactors + "/passkeys/remove", About: p.Name, Look: frontend.Danger,
				Hidden: []frontend.Hidden{{Name: "id", Value: p.ID}}}})
	}
	if f.Any() {
		page.Renew = &frontend.Action{Label: "Make new codes", URL: frontend.PathFactors + "/recovery"}
	}
	if !s.factors.HasPasskeys() {
		page.NoPasskeys = "Browsers make passkeys only for an installation that is reached by HTTPS and by a name, not by numbers; whoever runs it sets that with -base-url."
		return page, nil
	}
	options, err := s.factors.EnrolOptions(ctx, who)
	page.NewPasskey = &frontend.PasskeyForm{Action: frontend.PathFactors + "/passkeys", Make: true, Options: options, Label: "Add a passkey", Fields: frontend.PasskeyNameField(values)}
	return page, err
}

// factorsPage shows it.
func (s *Server) factorsPage(c echo.Context) error {
	page, err := s.ownFactors(c, repOf(c), url.Values{})
	if err != nil {
		return err
	}
	return s.page(c, http.StatusOK, page)
}

// showFresh shows the page as it is now, with recovery codes that were made just now; without any it leads there.
func (s *Server) showFresh(c echo.Context, codes []string) error {
	if len(codes) == 0 {
		return seeOther(c, frontend.PathFactors, "saved")
	}
	who, err := s.staff.Rep(c.Request().Context(), survey.RepID(repOf(c).ID))
	if err != nil {
		return err
	}
	page, err := s.ownFactors(c, who, url.Values{})
	if err != nil {
		return err
	}
	page.Fresh = codes
	return s.page(c, http.StatusCreated, page)
}

// offerApp begins to set up an authenticator app.
func (s *Server) offerApp(c echo.Context) error {
	if err := s.factors.OfferApp(c.Request().Context(), survey.RepID(repOf(c).ID)); err != nil {
		return err
	}
	return seeOther(c, frontend.PathApp, "")
}

// offeredApp returns the page of the app that waits for its first code.
func (s *Server) offeredApp(c echo.Context) (page frontend.AppPage, err error) {
	offer, err := s.factors.OfferedApp(repOf(c), s.here.Company())
	if err != nil {
		return page, err
	}
	picture, err := frontend.NewQRCode(offer.URL)
	return frontend.AppPage{
		Shell: s.shell(c, frontend.PathAccount), Secret: frontend.Grouped(offer.Secret), Picture: picture,
		Form: frontend.CodeForm(frontend.PathApp+"/confirm", nil, true, false, "Take it into use"),
	}, err
}

// appPage shows it. The secret is as good as the phone, so it is shown only to whoever may set one up.
func (s *Server) appPage(c echo.Context) error {
	page, err := s.offeredApp(c)
	if err != nil {
		return err
	}
	return s.page(c, http.StatusOK, page)
}

// confirmApp takes the app into use.
func (s *Server) confirmApp(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	codes, err := s.factors.ConfirmApp(c.Request().Context(), survey.RepID(repOf(c).ID), form.Get("code"))
	if kind := survey.KindOf(err); err != nil && (kind == survey.Invalid || kind == survey.RateLimited) {
		page, broken := s.offeredApp(c)
		if broken != nil {
			return broken
		}
		retryLater(c, survey.AsError(err))
		page.Form = page.Form.Reject(err)
		return s.page(c, statusOf(kind), page)
	}
	if err != nil {
		return err
	}
	return s.showFresh(c, codes)
}

// addPasskey takes a passkey into use.
func (s *Server) addPasskey(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	codes, err := s.factors.AddPasskey(c.Request().Context(), survey.RepID(repOf(c).ID), form.Get("name"), form.Get("passkey"))
	if kind := survey.KindOf(err); err != nil && slices.Contains([]survey.Kind{survey.Invalid, survey.Unauthenticated, survey.Conflict}, kind) {
		page, broken := s.ownFactors(c, repOf(c), form)
		if broken != nil {
			return broken
		}
		page.Problem = sentence(survey.AsError(err).Error())
		return s.page(c, statusOf(survey.Invalid), page)
	}
	if err != nil {
		return err
	}
	return s.showFresh(c, codes)
}

// removePasskey takes one away.
func (s *Server) removePasskey(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	if err := s.factors.RemovePasskey(c.Request().Context(), survey.RepID(repOf(c).ID), form.Get("id")); err != nil {
		return err
	}
	return seeOther(c, frontend.PathFactors, "deleted")
}

// removeApp takes the authenticator app away.
func (s *Server) removeApp(c echo.Context) error {
	if err := s.factors.RemoveApp(c.Request().Context(), survey.RepID(repOf(c).ID)); err != nil {
		return err
	}
	return seeOther(c, frontend.PathFactors, "deleted")
}

// renewRecovery makes new recovery codes and shows them this once.
func (s *Server) renewRecovery(c echo.Context) error {
	codes, err := s.factors.RenewRecovery(c.Request().Context(), survey.RepID(repOf(c).ID))
	if err != nil {
		return err
	}
	return s.showFresh(c, codes)
}

// removeFactors takes away the factors of a rep who has lost them.
func (s *Server) removeFactors(c echo.Context) error {
	id := survey.RepID(c.Param("id"))
	if err := s.factors.RemoveFactors(c.Request().Context(), id); err != nil {
		return err
	}
	return seeOther(c, frontend.PathSettings+"/reps/"+string(id), "factors_gone")
}
