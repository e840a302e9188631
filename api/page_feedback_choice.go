package api

import (
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/analytics"
	"earshot/frontend"
	"earshot/survey"
)

// feedbackChoice is which answers a page or picture is about: what the filter in the address says, completed by what
// shows something useful at once.
type feedbackChoice struct {
	in feedbackRequest
	// within is for whose customers the answers were asked; nil is everybody's.
	within *survey.Reach
	// survey and question are what is chosen; survey is nil and question empty where nothing is.
	survey   *survey.Survey
	question survey.Question
	// metric is the figure; levels draws the levels of a progress question instead of one figure over time.
	metric analytics.Metric
	levels bool
	// values is the filter with all that was completed, as it stands in the form and in links.
	values url.Values
	// wrong is what is wrong with the filter; nil if nothing is.
	wrong error

	surveys  []*survey.Survey
	segments []string
	reps     []frontend.Option
}

// feedbackParams are the parameters of the filter, which links carry on.
var feedbackParams = [...]string{"survey", "question", "from", "to", "every", "segment", "rep", "metric"}

// chooseFeedback reads the filter. complete chooses a survey, a question and a period where none is given.
func (s *Server) chooseFeedback(c echo.Context, complete bool) (*feedbackChoice, error) {
	ctx, query := c.Request().Context(), c.QueryParams()
	choice := &feedbackChoice{values: url.Values{}}
	for _, name := range feedbackParams {
		if query.Has(name) {
			choice.values.Set(name, typed(query, name))
		}
	}
	choices, err := s.directory.Choices(ctx)
	if err != nil {
		return nil, err
	}
	if choice.within = seenBy(c); choice.within != nil {
		if choices.Segments, err = s.directory.SegmentsWithin(ctx, choice.within); err != nil {
			return nil, err
		}
	}
	choice.surveys, choice.segments = choices.Surveys, segmentsWith(choices.Segments, choice.values.Get("segment"))
	if choice.reps, err = s.repFilter(c, survey.RepID(choice.values.Get("rep"))); err != nil {
		return nil, err
	}
	if complete {
		s.completeChoice(choice, choices.Latest)
	}
	choice.resolve(s)
	return choice, nil
}

// usualMonths is the period that is shown where none was chosen, the running month included.
const usualMonths = 12

// completeChoice chooses the survey that was answered last, and the last year.
func (s *Server) completeChoice(f *feedbackChoice, latest survey.SurveyID) {
	if f.values.Get("survey") == "" && len(f.surveys) > 0 {
		f.values.Set("survey", orElse(string(latest), f.surveys[0].ID))
	}
	today := s.here.Now().In(s.here.TimeZone())
	if !f.values.Has("from") && !f.values.Has("to") {
		from := time.Date(today.Year(), today.Month()-usualMonths+1, 1, 12, 0, 0, 0, today.Location())
		f.values.Set("from", from.Format(time.DateOnly))
		f.values.Set("to", today.Format(time.DateOnly))
	}
	if f.values.Get("every") == "" {
		f.values.Set("every", string(analytics.Monthly))
	}
	f.completeQuestion(s.here.Language())
}

// completeQuestion chooses the first question on a scale where none was chosen, or one of another survey.
func (f *feedbackChoice) completeQuestion(language string) {
	options := f.questionOptions(language)
	wanted := f.values.Get("question")
	if len(options) > 0 && !slices.ContainsFunc(options, func(o frontend.Option) bool { return o.Value == wanted }) {
		f.values.Set("question", options[0].Value)
	}
}

// resolve turns the filter into what is read.
func (f *feedbackChoice) resolve(s *Server) {
	f.in = feedbackRequest{
		Every: f.values.Get("every"), SurveyID: f.values.Get("survey"), Segment: f.values.Get("segment"), RepID: f.values.Get("rep"),
	}
	f.survey = f.chosenSurvey()
	if f.survey == nil && f.in.SurveyID != "" {
		f.wrong = survey.InvalidField("survey", "must be one of the list")
		return
	}
	if f.wrong = knownRep(f.reps, survey.RepID(f.in.RepID)); f.wrong != nil {
		return
	}
	f.resolveQuestion()
	if f.wrong = f.resolvePeriod(s.here.TimeZone()); f.wrong != nil || f.question.ID == "" {
		return
	}
	f.in.Scale = string(f.question.Kind)
	metrics := analytics.Scale(f.in.Scale).Metrics()
	f.metric = analytics.Metric(f.values.Get("metric"))
	f.levels = f.metric == metricLevels && f.question.Kind == survey.Progress
	if !slices.Contains(metrics, f.metric) {
		f.metric = metrics[0]
	}
}

// chosenSurvey returns the survey of the filter, or nil.
func (f *feedbackChoice) chosenSurvey() *survey.Survey {
	id := f.values.Get("survey")
	at := slices.IndexFunc(f.surveys, func(x *survey.Survey) bool { return x.ID == id })
	if at < 0 {
		return nil
	}
	return f.surveys[at]
}

// resolveQuestion finds the question of the filter. One of another survey, as it stands in the form after the survey was
// changed, is no question.
func (f *feedbackChoice) resolveQuestion() {
	id := f.values.Get("question")
	if f.survey == nil || id == "" {
		return
	}
	kind, known := f.survey.QuestionKinds[id]
	if _, _, scored := kind.Scale(); !known || !scored {
		return
	}
	f.question = survey.Question{ID: id, Kind: kind}
	if now := f.survey.Current.QuestionByID(id); now != nil {
		f.question = *now
	}
	f.in.QuestionID = id
}

// resolvePeriod reads the days of the filter, both included.
func (f *feedbackChoice) resolvePeriod(zone *time.Location) (err error) {
	f.in.From, f.in.To, err = readDays(f.values.Get("from"), f.values.Get("to"), zone)
	return err
}

// questionText is the wording of the question that is chosen; one that is asked no more has only its id left.
func (f *feedbackChoice) questionText(language string) string {
	return orElse(f.question.Text.In(language), "A question of an earlier version: "+f.question.ID)
}

// questionOptions are the questions of the chosen survey that have a scale: those of today in their order, then those of
// earlier versions.
func (f *feedbackChoice) questionOptions(language string) []frontend.Option {
	x := f.chosenSurvey()
	if x == nil {
		return nil
	}
	var options []frontend.Option
	for _, q := range x.Current.Questions {
		if _, _, scored := q.Kind.Scale(); scored {
			options = append(options, frontend.Option{Value: q.ID, Text: q.Text.In(language)})
		}
	}
	var former []string
	for id, kind := range x.QuestionKinds {
		if _, _, scored := kind.Scale(); scored && x.Current.QuestionByID(id) == nil {
			former = append(former, id)
		}
	}
	slices.Sort(former)
	for _, id := range former {
		options = append(options, frontend.Option{Value: id, Text: "Of an earlier version: " + id})
	}
	return options
}

// surveyOptions are the surveys to choose from.
func (f *feedbackChoice) surveyOptions() []frontend.Option {
	options := make([]frontend.Option, len(f.surveys))
	for i, x := range f.surveys {
		options[i] = frontend.Option{Value: x.ID, Text: x.Name}
	}
	return options
}

// form is the filter as it stands. On the list of answers, surveys and questions may stay open, and there are no buckets.
func (f *feedbackChoice) form(action string) frontend.Form {
	surveys, questions := f.surveyOptions(), f.questionOptions("en")
	if action != frontend.PathResponses {
		return frontend.FeedbackFilter(action, f.values, surveys, questions, f.segments, f.reps)
	}
	surveys = slices.Insert(surveys, 0, frontend.Option{Text: "All"})
	questions = slices.Insert(questions, 0, frontend.Option{Text: "Any"})
	form := frontend.FeedbackFilter(action, f.values, surveys, questions, f.segments, f.reps)
	form.Fields = slices.DeleteFunc(form.Fields, func(field frontend.Field) bool { return field.Name == "every" })
	return form
}

// url leads to another page about the same answers. changes are pairs of a parameter and its value; an empty value takes
// it out.
func (f *feedbackChoice) url(path string, changes ...string) string {
	query := url.Values{}
	for name, values := range f.values {
		query[name] = values
	}
	for i := 0; i+1 < len(changes); i += 2 {
		query.Set(changes[i], changes[i+1])
		if changes[i+1] == "" {
			query.Del(changes[i])
		}
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}
