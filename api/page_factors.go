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
	must, err := s.guardian.MustEnrol(c.Request().Context(), who, s.cookieValue(c, sessionCookie))
	if err != nil || !must {
		return false, err
	}
	if c.Request().Method != http.MethodGet {
		return false, survey.Errorf(survey.Forbidden, "this installation wants a second factor of you; set one up first, under Your account")
	}
	return true, c.Redirect(http.StatusSeeOther, frontend.PathFactors)
}

// ownFactors returns the page of the logged-in rep's ways to log in.
func (s *Server) ownFactors(c echo.Context, who *access.Rep, values url.Values) (frontend.FactorsPage, error) {
	ctx, f := c.Request().Context(), who.Factors
	page := frontend.FactorsPage{
		Shell: s.shell(c, frontend.PathAccount), Logout: frontend.Action{Label: "Log out", URL: frontend.PathLogout}, AppSince: f.App.Since, Left: len(f.Recovery), RecoveryAt: f.RecoveryAt,
		SetUp: frontend.Action{Label: "Set up an app", URL: frontend.PathApp, Look: frontend.Primary},
	}
	var err error
	if page.Must, err = s.guardian.MustEnrol(ctx, who, s.cookieValue(c, sessionCookie)); err != nil {
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

// showRecovery shows the page as it is now, with recovery codes that were made just now; without any it leads there.
func (s *Server) showRecovery(c echo.Context, codes []string) error {
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
		page.Form = page.Form.Reject(err)
		return s.page(c, refused(c, err), page)
	}
	if err != nil {
		return err
	}
	return s.showRecovery(c, codes)
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
	return s.showRecovery(c, codes)
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
	return s.showRecovery(c, codes)
}

// removeFactors takes away the factors of a rep who has lost them.
func (s *Server) removeFactors(c echo.Context) error {
	id := survey.RepID(c.Param("id"))
	if err := s.factors.RemoveFactors(c.Request().Context(), id); err != nil {
		return err
	}
	return seeOther(c, frontend.PathSettings+"/reps/"+string(id), "factors_gone")
}
