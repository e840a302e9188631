package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// Parameters of the list of answers that have no field in the filter: what a figure or a button was drilled into.
const (
	customerParam = "customer"
	answerParam   = "answer"
	lowParam      = "low"
)

// responseURL is where a response's page is.
func responseURL(id survey.ResponseID) string { return frontend.PathResponses + "/" + string(id) }

// responsesPage lists answers: all, or those behind a figure.
func (s *Server) responsesPage(c echo.Context) error {
	choice, err := s.chooseFeedback(c, false)
	if err != nil {
		return err
	}
	page := frontend.ResponsesPage{
		Shell: s.shell(c, frontend.PathFeedback), Filter: choice.form(frontend.PathResponses),
		Back: frontend.Link{Text: "Feedback", URL: choice.url(frontend.PathFeedback)},
	}
	wrong := choice.wrong
	if wrong == nil {
		wrong = s.checkSeen(c, survey.CustomerID(typed(c.QueryParams(), customerParam)))
	}
	if wrong == nil {
		page.Scope, wrong = s.responsesScope(c, choice)
	}
	if wrong == nil {
		wrong = s.fillResponses(c, choice, &page)
	}
	if wrong != nil && survey.KindOf(wrong) != survey.Invalid {
		return wrong
	}
	page.Filter = page.Filter.Reject(wrong)
	return s.page(c, statusUnless(wrong), page)
}

// fillResponses puts the answers on the page.
func (s *Server) fillResponses(c echo.Context, choice *feedbackChoice, page *frontend.ResponsesPage) error {
	filter, err := choice.responses(c.QueryParams())
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if filter.CustomerID == "" {
		filter.Within = choice.within
	}
	list, err := s.responses.Responses(ctx, filter)
	if err != nil {
		return err
	}
	customers, contacts, _ := pointedAt(list.Items)
	names, err := s.directory.Names(ctx, customers, contacts)
	if err != nil {
		return err
	}
	page.Pager = pager(c, cursorParam, list.Next)
	page.Rows = s.responseRows(c, list.Items, names, choice.in.QuestionID)
	return nil
}

// responses are the answers that the page lists: those of the filter, those who answered the question, with that answer.
func (f *feedbackChoice) responses(values url.Values) (survey.ResponseFilter, error) {
	low := typed(values, lowParam) != ""
	filter := survey.ResponseFilter{
		SurveyID: survey.SurveyID(f.in.SurveyID), CustomerID: survey.CustomerID(typed(values, customerParam)),
		RepID: survey.RepID(f.in.RepID), Segment: f.in.Segment, From: f.in.From, To: f.in.To,
		Suspects: f.question.ID == "" && !low, Low: low && f.question.ID == "",
		After: survey.Cursor(typed(values, cursorParam)), Limit: pageRows,
	}
	only, wanted := typed(values, answerParam), 0
	if only != "" {
		var err error
		if wanted, err = strconv.Atoi(only); err != nil {
			return filter, survey.InvalidField(answerParam, "must be a whole number")
		}
	}
	if f.question.ID == "" {
		return filter, nil
	}
	filter.Gave = []survey.Score{}
	least, most, _ := f.question.Kind.Scale()
	for value := least; value <= most; value++ {
		if (only == "" || value == wanted) && (!low || f.question.Kind.Low(value)) {
			filter.Gave = append(filter.Gave, survey.Score{QuestionID: f.question.ID, Kind: f.question.Kind, Value: value})
		}
	}
	return filter, nil
}

// pointedAt are the customers, contacts and reps that responses tell of.
func pointedAt(list []*survey.Response) (customers []survey.CustomerID, contacts []survey.ContactID, reps []survey.RepID) {
	for _, r := range list {
		customers, contacts, reps = append(customers, r.CustomerID), append(contacts, r.ContactID), append(reps, r.RepID)
	}
	return customers, contacts, reps
}

// responsesScope says in words which answers are listed.
func (s *Server) responsesScope(c echo.Context, choice *feedbackChoice) (string, error) {
	values := c.QueryParams()
	var parts []string
	if answer := typed(values, answerParam); answer != "" && choice.question.ID != "" {
		value, _ := strconv.Atoi(answer)
		score := frontend.Score{Kind: choice.question.Kind, Value: value, Given: true}
		parts = append(parts, "Answer "+score.String())
	}
	if typed(values, lowParam) != "" {
		parts = append(parts, "Low answers")
	}
	if id := typed(values, customerParam); id != "" {
		name, err := s.customerName(c, survey.CustomerID(id))
		if err != nil {
			return "", err
		}
		parts = append(parts, name)
	}
	if choice.question.ID != "" {
		parts = append(parts, "“"+choice.questionText(s.here.Language())+"”")
	}
	return strings.Join(parts, ", "), nil
}

// responseRows shows responses in a list. question names the one whose score is shown; empty shows the first.
func (s *Server) responseRows(c echo.Context, list []*survey.Response, names survey.Names, question string) []frontend.ResponseRow {
	var rows []frontend.ResponseRow
	for _, r := range list {
		rows = append(rows, frontend.ResponseRow{
			URL:      responseURL(survey.ResponseID(r.ID)),
			Customer: frontend.Link{Text: names.Customers[r.CustomerID], URL: customerURL(r.CustomerID)},
			Contact:  orElse(names.Contacts[r.ContactID], formerContact), Survey: names.Surveys[r.SurveyID], Segment: r.Segment,
			Rep: s.repName(c, r.RepID), At: r.SubmittedAt, Score: scoreOf(r, question), Text: firstWords(r), Suspect: r.Suspect,
			GivenBy: s.repName(c, r.GivenBy),
		})
	}
	return rows
}

// formerContact stands for a contact whose record was removed.
const formerContact = "A former contact"

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// scoreOf returns the score that was given to the question, or to the first one with a score where question is empty.
func scoreOf(r *survey.Response, question string) frontend.Score {
	if score := r.FirstScore(question); score != nil {
		return frontend.Score{Kind: score.Kind, Value: score.Value, Given: true}
	}
	return frontend.Score{}
}

// firstWordsLength is how much of what was said a list shows, in characters.
const firstWordsLength = 200

// firstWords returns the beginning of what was said in words.
func firstWords(r *survey.Response) string {
	at := slices.IndexFunc(r.Answers, func(a survey.Answer) bool { return a.Text != "" })
	if at < 0 {
		return ""
	}
	words := []rune(r.Answers[at].Text)
	if len(words) <= firstWordsLength {
		return string(words)
	}
	return strings.TrimSpace(string(words[:firstWordsLength])) + "…"
}

// responsePage shows one response.
func (s *Server) responsePage(c echo.Context) error {
	id, err := pathID[survey.ResponseID](c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	r, err := s.responses.Response(ctx, id)
	if err != nil {
		return err
	}
	version, err := s.surveys.SurveyVersion(ctx, r.SurveyID, r.SurveyVersion)
	if err != nil {
		return err
	}
	page := frontend.ResponsePage{
		Shell: s.shell(c, frontend.PathFeedback), Version: r.SurveyVersion, Rep: s.repName(c, r.RepID), Segment: r.Segment,
		Language: r.Language, At: r.SubmittedAt, Revised: r.RevisedAt, Suspect: r.Suspect,
		Answers: givenAnswers(r, version, s.here.Language()),
	}
	if err := s.fillResponseNames(c, r, &page); err != nil {
		return err
	}
	return s.page(c, http.StatusOK, page)
}

// fillResponseNames puts the names of what the response points at on the page. What was removed since is left out.
func (s *Server) fillResponseNames(c echo.Context, r *survey.Response, page *frontend.ResponsePage) error {
	ctx := c.Request().Context()
	customer, err := s.customerName(c, r.CustomerID)
	if err != nil {
		return err
	}
	page.Customer = frontend.Link{Text: customer}
	owned := survey.Owned{Rep: r.RepID, Then: r.RepID}
	if viewer := viewerOf(c); !viewer.See.All() || page.User.Manages && !viewer.Work.All() { // else it makes no difference whose they are
		if owned, err = s.ownedOf(ctx, r.CustomerID, r.RepID); err != nil {
			return err
		}
	}
	if seesCustomer(c, owned.Rep) {
		page.Customer.URL = customerURL(r.CustomerID)
	}
	s.offerCounting(c, r, owned, page)
	surveys, pulses, err := s.surveysAndPulses(c)
	if err != nil {
		return err
	}
	page.Survey = frontend.Link{Text: surveyNames(surveys)[r.SurveyID], URL: surveyURL(r.SurveyID)}
	for _, p := range pulses {
		if survey.PulseID(p.ID) == r.PulseID {
			page.Pulse = frontend.Link{Text: p.Name, URL: pulseURL(r.PulseID)}
		}
	}
	inv, err := s.asks.Invitation(ctx, r.InvitationID)
	if err == nil {
		page.Contact, page.Email, page.AskedAt, page.Invitation = inv.ContactName, inv.Email, inv.CreatedAt, invitationURL(inv.ID)
	} else if survey.KindOf(err) != survey.NotFound {
		return err
	}
	contact, err := s.contacts.Contact(ctx, r.ContactID)
	if err == nil {
		page.Contact, page.Email, page.Role = contact.Name, contact.Email, contact.Role
	} else if survey.KindOf(err) != survey.NotFound {
		return err
	}
	page.Contact = orElse(page.Contact, formerContact)
	return nil
}

// givenAnswers shows each question of the version that was answered with what was said to it.
func givenAnswers(r *survey.Response, e *survey.SurveyVersion, language string) []frontend.GivenAnswer {
	given := make([]frontend.GivenAnswer, len(e.Questions))
	for i := range e.Questions {
		q := &e.Questions[i]
		given[i] = frontend.GivenAnswer{Question: q.Text.In(language), Kind: q.Kind, Skipped: true}
		at := slices.IndexFunc(r.Answers, func(a survey.Answer) bool { return a.QuestionID == q.ID })
		if at < 0 {
			continue
		}
		a := r.Answers[at]
		given[i].Skipped, given[i].Text = false, a.Text
		if a.Score != nil {
			given[i].Score = frontend.Score{Kind: a.Kind, Value: *a.Score, Given: true}
		}
		for _, id := range a.Choices {
			text := fmt.Sprintf("Choice %s", id)
			if choice := q.ChoiceByID(id); choice != nil {
				text = choice.Text.In(language)
			}
			given[i].Choices = append(given[i].Choices, text)
		}
	}
	return given
}
