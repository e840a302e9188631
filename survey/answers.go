package survey

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Codes of what can be wrong with an answer, in FieldError.Code; Field is the question's id.
const (
	CodeRequired   = "required"    // it must be answered
	CodeTooLong    = "too_long"    // more characters than the question allows
	CodeNotOffered = "not_offered" // not one of the choices, or not on the scale
	CodeUnreadable = "unreadable"  // not text in UTF-8, or of the wrong kind
	CodeUnknown    = "unknown"     // the version has no such question
)

// readForm turns what a form sent into answers, in the order of the questions. Fields of no question are ignored.
func (v *SurveyVersion) readForm(form map[string][]string) []Answer {
	answers := make([]Answer, 0, len(v.Questions))
	for i := range v.Questions {
		q := &v.Questions[i]
		if a := q.read(form[q.ID]); !a.empty() {
			answers = append(answers, a)
		}
	}
	return answers
}

// read turns the values of the question's fields into an answer, which is empty where it was skipped.
func (q *Question) read(values []string) Answer {
	a := Answer{QuestionID: q.ID, Kind: q.Kind}
	low, _, scored := q.Kind.Scale()
	for _, value := range values {
		switch trimmed := strings.TrimSpace(value); {
		case trimmed == "":
		case scored:
			score, err := strconv.Atoi(trimmed)
			if err != nil {
				score = low - 1 // off the scale, which check will tell
			}
			a.Score = &score
		case q.Kind.HasChoices():
			a.Choices = append(a.Choices, trimmed)
		default:
			a.Text = value
		}
	}
	return a
}

// checkAnswers returns the answers in the order of the questions and tidied, or everything that is wrong with them.
func (v *SurveyVersion) checkAnswers(answers []Answer) ([]Answer, []FieldError) {
	given := make(map[string]*Answer, len(answers))
	var problems []FieldError
	for i := range answers {
		a := &answers[i]
		switch {
		case v.QuestionByID(a.QuestionID) == nil:
			problems = append(problems, FieldError{Field: a.QuestionID, Code: CodeUnknown, Message: "is not a question of this survey"})
		case given[a.QuestionID] != nil:
			problems = append(problems, FieldError{Field: a.QuestionID, Code: CodeUnknown, Message: "must be answered once only"})
		}
		given[a.QuestionID] = a
	}
	clean := make([]Answer, 0, len(answers))
	for i := range v.Questions {
		q := &v.Questions[i]
		a, problem := q.check(given[q.ID])
		if problem != nil {
			problems = append(problems, *problem)
		} else if !a.empty() {
			clean = append(clean, a)
		}
	}
	if len(clean) == 0 && len(problems) == 0 {
		problems = append(problems, *v.Questions[0].problem(CodeRequired, "or another question must be answered"))
	}
	return clean, problems
}

// empty says whether the question was skipped.
func (a *Answer) empty() bool { return a.Score == nil && len(a.Choices) == 0 && a.Text == "" }

// equal says whether two answers say the same.
func (a Answer) equal(b Answer) bool {
	sameScore := a.Score == nil && b.Score == nil || a.Score != nil && b.Score != nil && *a.Score == *b.Score
	return sameScore && a.QuestionID == b.QuestionID && a.Text == b.Text && slices.Equal(a.Choices, b.Choices)
}

// problem says what is wrong with the answer to the question.
func (q *Question) problem(code, format string, args ...any) *FieldError {
	return &FieldError{Field: q.ID, Code: code, Message: fmt.Sprintf(format, args...)}
}

// check returns the answer as it is stored, or what is wrong with it. A nil answer is one that was not given.
func (q *Question) check(given *Answer) (Answer, *FieldError) {
	a := Answer{QuestionID: q.ID, Kind: q.Kind}
	if given == nil {
		given = &a
	}
	if given.Kind != "" && given.Kind != q.Kind {
		return a, q.problem(CodeUnreadable, "is a question of kind %s, not %s", q.Kind, given.Kind)
	}
	problem := q.fit(given, &a)
	if problem == nil && q.Required && a.empty() {
		problem = q.problem(CodeRequired, "must be answered")
	}
	return a, problem
}

// fit writes the given answer into a, tidied, if it is one that the question takes.
func (q *Question) fit(given, a *Answer) *FieldError {
	low, high, scored := q.Kind.Scale()
	switch {
	case scored && (given.Text != "" || len(given.Choices) > 0):
		return q.problem(CodeUnreadable, "must be answered with a score")
	case q.Kind.HasChoices() && (given.Text != "" || given.Score != nil):
		return q.problem(CodeUnreadable, "must be answered with choices")
	case q.Kind == OpenText && (given.Score != nil || len(given.Choices) > 0):
		return q.problem(CodeUnreadable, "must be answered in words")
	case scored:
		if given.Score != nil && (*given.Score < low || *given.Score > high) {
			return q.problem(CodeNotOffered, "must be a whole number from %d to %d", low, high)
		}
		a.Score = given.Score
		return nil
	case q.Kind.HasChoices():
		return q.fitChoices(given.Choices, a)
	}
	return q.fitText(given.Text, a)
}

// fitChoices writes the chosen ids into a, each once, in the order in which they are offered.
func (q *Question) fitChoices(chosen []string, a *Answer) *FieldError {
	for _, id := range chosen {
		if q.ChoiceByID(id) == nil {
			return q.problem(CodeNotOffered, "must be answered with choices that are offered")
		}
	}
	for i := range q.Choices {
		if slices.Contains(chosen, q.Choices[i].ID) {
			a.Choices = append(a.Choices, q.Choices[i].ID)
		}
	}
	if q.Kind == Single && len(a.Choices) > 1 {
		return q.problem(CodeNotOffered, "must be answered with one choice only")
	}
	return nil
}

// fitText writes the words into a.
func (q *Question) fitText(text string, a *Answer) *FieldError {
	text = tidyProse(text)
	switch {
	case !prose(text):
		return q.problem(CodeUnreadable, "must be text in UTF-8, without control characters")
	case utf8.RuneCountInString(text) > q.Limit():
		return q.problem(CodeTooLong, "must have at most %d characters", q.Limit())
	}
	a.Text = text
	return nil
}
