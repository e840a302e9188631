package api

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// scoreParam preselects an answer of the first question in the links of a mail.
const scoreParam = "s"

// showAnswer shows the page that a contact answers on. It changes nothing, however it is called.
func (s *Server) showAnswer(c echo.Context) error {
	defer hurry(c)()
	token := c.Param("token")
	opened, err := s.answers.Open(c.Request().Context(), token)
	if err != nil {
		return s.linkTrouble(c, err)
	}
	if problem, over := linkProblems[opened.State]; over {
		return s.contactPage(c, http.StatusGone, &frontend.LinkProblemPage{
			Language: opened.Language, Problem: problem, RepName: s.repName(c, opened.RepID),
		})
	}
	page := s.answerPage(c, opened, token)
	page.Values = frontend.Given(opened.Answers)
	if score := mendedScore(c.QueryParam(scoreParam)); score != "" && len(opened.Version.Questions) > 0 {
		page.Values.Set(frontend.FieldName(opened.Version.Questions[0].ID), score)
	}
	return s.contactPage(c, http.StatusOK, page)
}

// mendLink is for what came behind a link on its way, which is no page.
func (s *Server) mendLink(c echo.Context) error {
	return s.linkTrouble(c, survey.Errorf(survey.NotFound, "there is nothing at this address"))
}

// mendedScore is the score of a link without what came behind it on its way, such as the full stop of a sentence.
func mendedScore(score string) string {
	return strings.TrimRightFunc(score, func(r rune) bool { return r < '0' || r > '9' })
}

// hurry has what is read for the page from now on be there soon, or not at all. The caller calls what it returns when the page
// is made.
func hurry(c echo.Context) (done func()) {
	ctx, cancel := survey.ForPage(c.Request().Context())
	c.SetRequest(c.Request().WithContext(ctx))
	return cancel
}

// linkProblems says why a form in that state cannot be answered.
var linkProblems = map[survey.FormState]frontend.LinkProblem{
	survey.FormExpired:  frontend.LinkExpired,
	survey.FormClosed:   frontend.LinkClosed,
	survey.FormRevoked:  frontend.LinkRevoked,
	survey.FormDeclined: frontend.LinkDeclined,
}

// answerPage returns the page of the form with nothing typed.
func (s *Server) answerPage(c echo.Context, opened *survey.Form, token string) *frontend.AnswerPage {
	link := survey.AnswerPath(token)
	return &frontend.AnswerPage{
		SurveyID: opened.SurveyID, Version: opened.Version, Language: opened.Language,
		Action: link, Decline: link + "/decline", Unsubscribe: survey.UnsubscribePath(token),
		ContactName: opened.ContactName, RepName: s.repName(c, opened.Sender),
		RenderedAt: s.renderedAt(),
		Answered:   opened.State == survey.FormAnswered,
	}
}

// takeAnswer stores what a contact sent, or shows the page again with all that was typed.
func (s *Server) takeAnswer(c echo.Context) error {
	token := c.Param("token")
	form, err := c.FormParams()
	if err != nil {
		return s.answerAgain(c, token, nil, formError(err))
	}
	ctx, cancel := survey.ForAnswer(c.Request().Context())
	defer cancel()
	receipt, err := s.answers.Submit(ctx, token, survey.Submission{
		Form: frontend.Typed(form), Traces: s.tracesOf(c, form),
	})
	defer hurry(c)()
	if err != nil {
		return s.answerAgain(c, token, form, err)
	}
	return s.contactPage(c, http.StatusOK, &frontend.ThanksPage{
		Language: receipt.Language, Thanks: receipt.Version.Thanks.In(receipt.Language),
		RepName: s.repName(c, receipt.RepID), Change: survey.AnswerPath(token),
	})
}

// renderedAt is what a form tells of when its page was shown: milliseconds since 1970.
func (s *Server) renderedAt() string { return strconv.FormatInt(s.here.Now().UnixMilli(), 10) }

// traces returns what a form tells of how it was filled in. The time since the page was shown is 0 where it does not tell,
// or tells nonsense.
func (s *Server) traces(form url.Values) survey.Traces {
	traces := survey.Traces{Trap: form.Get(frontend.FieldTrap)}
	if at, err := strconv.ParseInt(form.Get(frontend.FieldRenderedAt), 10, 64); err == nil {
		traces.Elapsed = max(s.here.Now().Sub(time.UnixMilli(at)), 0)
	}
	return traces
}

// formError is what is wrong with a form that cannot be read.
func formError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return survey.Errorf(survey.TooLarge, "the form is larger than %d bytes", tooLarge.Limit)
	}
	return survey.Errorf(survey.Invalid, "the form cannot be read: %w", err)
}

// answerAgain shows the page again after something went wrong, with all that was typed.
func (s *Server) answerAgain(c echo.Context, token string, form url.Values, cause error) error {
	opened, err := s.answers.Open(c.Request().Context(), token)
	if err != nil {
		return s.linkTrouble(c, err)
	}
	if problem, over := linkProblems[opened.State]; over {
		return s.contactPage(c, http.StatusGone, &frontend.LinkProblemPage{Language: opened.Language, Problem: problem, RepName: s.repName(c, opened.RepID)})
	}
	page := s.answerPage(c, opened, token)
	page.Values = form
	own := survey.AsError(cause)
	for _, f := range own.Fields {
		page.Problems = append(page.Problems, frontend.AnswerProblem{QuestionID: f.Field, Code: frontend.ProblemCode(f.Code)})
	}
	status := statusOf(own.Kind)
	switch {
	case len(page.Problems) > 0:
	case own.Kind == survey.Invalid || own.Kind == survey.TooLarge:
		page.Trouble = frontend.TroubleUnclear
	default:
		s.logFailure(c, cause)
		page.Trouble = frontend.TroubleTryAgain
	}
	return s.contactPage(c, status, page)
}

// linkTrouble says why a link does not work, where nobody is known, in the browser's language. Where something came behind the link on its way,
// it leads to the link without that.
func (s *Server) linkTrouble(c echo.Context, err error) error {
	r := c.Request()
	if mended := survey.MendedLink(r.URL.Path); mended != "" && mended != r.URL.Path && r.Method != http.MethodPost {
		to := url.URL{Path: mended, RawQuery: r.URL.RawQuery}
		return c.Redirect(http.StatusFound, to.String())
	}
	return s.linkTroubleIn(c, s.preferred(c), err)
}

// linkTroubleIn says why a link does not work, in that language. A form that came while that could not even be found out is kept
// on the page, to be sent once more.
func (s *Server) linkTroubleIn(c echo.Context, language string, err error) error {
	kind := survey.KindOf(err)
	problem := frontend.LinkTryLater
	switch kind {
	case survey.NotFound:
		problem = frontend.LinkUnknown
	case survey.Gone:
		problem = frontend.LinkExpired
		if known, ok := linkProblems[survey.LinkState(err)]; ok {
			problem = known
		}
	default:
		s.logFailure(c, err)
	}
	page := &frontend.LinkProblemPage{Language: language, Problem: problem}
	if posted := c.Request().PostForm; problem == frontend.LinkTryLater && len(posted) > 0 {
		page.Again, page.Values = c.Request().URL.Path, posted
	}
	return s.contactPage(c, statusOf(kind), page)
}

// preferred returns the browser's first language, for pages on which nobody is known.
func (s *Server) preferred(c echo.Context) string {
	return frontend.Preferred(c.Request().Header.Get("Accept-Language"), s.here.Language())
}
