package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// surveyMailPage shows the mails of a survey as contacts get them.
func (s *Server) surveyMailPage(c echo.Context) error {
	return s.showSurveyMail(c, http.StatusOK, c.QueryParams(), nil, nil)
}

// sampleOf is the mail of the path's survey that values choose, in the name of who looks.
func sampleOf(c echo.Context, values url.Values) survey.SampleRequest {
	r := survey.SampleRequest{SurveyID: survey.SurveyID(c.Param("id")), Language: values.Get("language"), Sender: repOf(c).Name}
	r.Mail, _ = strconv.Atoi(values.Get("mail")) // the first one where it is no number
	return r
}

// showSurveyMail shows the mail that values choose, with what is wrong with the form of the test mail and what became of it.
func (s *Server) showSurveyMail(c echo.Context, status int, values url.Values, wrong error, tested *frontend.MailTest) error {
	ctx, r := c.Request().Context(), sampleOf(c, values)
	found, err := s.surveys.Survey(ctx, r.SurveyID)
	if err != nil {
		return err
	}
	languages := frontend.DraftOf(found.Name, found.Version, found.Current, s.here.Language()).Languages
	if !slices.Contains(languages, r.Language) {
		r.Language = languages[0]
	}
	if r.Mail < 0 || r.Mail > len(found.Reminders) {
		r.Mail = 0
	}
	m, err := s.mails.SampleMessage(ctx, r)
	if err != nil {
		return err
	}
	at := surveyURL(r.SurveyID) + "/mail"
	page := frontend.SurveyMailPage{
		Shell: s.shell(c, frontend.PathSurveys), Survey: frontend.Link{Text: found.Name, URL: surveyURL(r.SurveyID)}, Look: frontend.PathLook, From: m.FromName, Subject: m.Subject, Text: m.Text,
		Light: mailQuery(at+"/html", r.Mail, r.Language, "light"), Dark: mailQuery(at+"/html", r.Mail, r.Language, "dark"), Tested: tested,
	}
	for n := range len(found.Reminders) + 1 {
		page.Mails = append(page.Mails, tab(mailTitles[n], mailQuery(at, n, r.Language, ""), n == r.Mail))
	}
	for _, tag := range languages {
		page.Views = append(page.Views, tab(tag, mailQuery(at, r.Mail, tag, ""), tag == r.Language))
	}
	if s.here.Sends() {
		form := frontend.SurveyMailTestForm(at+"/test", url.Values{"to": {values.Get("to")}, "mail": {strconv.Itoa(r.Mail)}, "language": {r.Language}}).Reject(wrong)
		if form.Fields[0].Value() == "" && wrong == nil {
			form.Fields[0].Values = []string{repOf(c).Email}
		}
		page.Test = &form
	}
	return s.page(c, status, page)
}

// mailQuery is the address of one of the mails in one language and mode.
func mailQuery(path string, mail int, language, mode string) string {
	query := url.Values{"mail": {strconv.Itoa(mail)}, "language": {language}}
	if mode != "" {
		query.Set("mode", mode)
	}
	return path + "?" + query.Encode()
}

// surveyMailHTML is the HTML of one of the mails in light or in dark mode, for a frame in which nothing can run.
func (s *Server) surveyMailHTML(c echo.Context) error {
	m, err := s.mails.SampleMessage(c.Request().Context(), sampleOf(c, c.QueryParams()))
	if err != nil {
		return err
	}
	return s.mailHTML(c, frontend.InMode(m.HTML, c.QueryParam("mode") == "dark"))
}

// mailHTML answers with the HTML of a mail, for a frame of ours in which nothing can run.
func (s *Server) mailHTML(c echo.Context, html string) error {
	header := c.Response().Header()
	header.Set(echo.HeaderContentSecurityPolicy, s.frontend.MailPolicy())
	header.Set(echo.HeaderXFrameOptions, "SAMEORIGIN")
	return c.HTML(http.StatusOK, survey.InBrowser(html, s.here.BaseURL()))
}

// testSurveyMail sends the mail that is shown to one address, and shows what the mail server said.
func (s *Server) testSurveyMail(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	r := sampleOf(c, form)
	r.To = typed(form, "to")
	outcome, err := s.mails.SendSample(c.Request().Context(), r)
	switch kind := survey.KindOf(err); {
	case err == nil:
		return s.showSurveyMail(c, http.StatusOK, form, nil, &frontend.MailTest{To: r.To, Accepted: outcome.Delivery == survey.Accepted, Reply: outcome.Reply})
	case kind == survey.Invalid || kind == survey.Conflict || kind == survey.RateLimited:
		return s.showSurveyMail(c, refused(c, err), form, err, nil)
	}
	return err
}
