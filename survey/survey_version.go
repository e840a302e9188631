package survey

import (
	"fmt"
	"slices"
	"strconv"
)

// QuestionByID returns the question with that id, or nil.
func (v *SurveyVersion) QuestionByID(id string) *Question {
	for i := range v.Questions {
		if v.Questions[i].ID == id {
			return &v.Questions[i]
		}
	}
	return nil
}

// Language returns the language in which the version is worded for readers of that language.
func (v *SurveyVersion) Language(wanted string) string { return v.Title.Tag(wanted) }

// ChoiceByID returns the choice with that id, or nil.
func (q *Question) ChoiceByID(id string) *Choice {
	for i := range q.Choices {
		if q.Choices[i].ID == id {
			return &q.Choices[i]
		}
	}
	return nil
}

// HasChoices says whether questions of this kind are answered by choosing among Choices.
func (k QuestionKind) HasChoices() bool { return k == Single || k == Multiple }

// Limit is how many characters an answer in words may have.
func (q *Question) Limit() int {
	if q.MaxLength == 0 {
		return DefaultMaxLength
	}
	return q.MaxLength
}

// nameQuestions gives ids to the questions and choices that have none: "q1", "q2", … and "c1", "c2", …, never one that is
// or was taken.
func (v *SurveyVersion) nameQuestions(taken map[string]QuestionKind) {
	v.Questions = slices.Clone(v.Questions)
	for i := range v.Questions {
		q := &v.Questions[i]
		if q.ID == "" {
			q.ID = unusedID("q", func(id string) bool { _, was := taken[id]; return was || v.QuestionByID(id) != nil })
		}
		q.Choices = slices.Clone(q.Choices)
		for j := range q.Choices {
			if q.Choices[j].ID == "" {
				q.Choices[j].ID = unusedID("c", func(id string) bool { return q.ChoiceByID(id) != nil })
			}
		}
	}
}

// unusedID returns the first of prefix1, prefix2, … that is not used.
func unusedID(prefix string, used func(string) bool) string {
	for n := 1; ; n++ {
		if id := prefix + strconv.Itoa(n); !used(id) {
			return id
		}
	}
}

// problems says what is wrong with the version beyond what its tags tell: ids and choices. kinds are those of the
// questions that earlier versions had.
func (v *SurveyVersion) problems(kinds map[string]QuestionKind) []FieldError {
	var found []FieldError
	seen := make(map[string]bool, len(v.Questions))
	for i := range v.Questions {
		q := &v.Questions[i]
		path := fmt.Sprintf("questions[%d]", i)
		if seen[q.ID] {
			found = append(found, FieldError{Field: path + ".id", Message: "is the id of another question already"})
		}
		seen[q.ID] = true
		if kind, was := kinds[q.ID]; was && kind != q.Kind {
			found = append(found, FieldError{Field: path + ".kind",
				Message: fmt.Sprintf("was %q in an earlier version; give the new question another id", kind)})
		}
		found = append(found, q.choiceProblems(path+".choices")...)
	}
	return found
}

// minChoices is how many choices a question needs to be one.
const minChoices = 2

// choiceProblems says what is wrong with the question's choices; path names them.
func (q *Question) choiceProblems(path string) []FieldError {
	switch {
	case !q.Kind.HasChoices() && len(q.Choices) > 0:
		return []FieldError{{Field: path, Message: fmt.Sprintf("must be left out of a question of kind %q", q.Kind)}}
	case !q.Kind.HasChoices():
		return nil
	case len(q.Choices) < minChoices:
		return []FieldError{{Field: path, Message: fmt.Sprintf("must be at least %d", minChoices)}}
	}
	var found []FieldError
	seen := make(map[string]bool, len(q.Choices))
	for i, c := range q.Choices {
		if seen[c.ID] {
			found = append(found, FieldError{Field: fmt.Sprintf("%s[%d].id", path, i), Message: "is the id of another choice already"})
		}
		seen[c.ID] = true
	}
	return found
}
