package survey

import (
	"context"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"net/url"
	"strconv"
	"strings"
	"time"

	"earshot/survey/store"

	"golang.org/x/sync/errgroup"
)

// A tally is what a response chose on scales, as one word that the store can group by: for each such answer, in order, the
// question's id, its kind and the score, "q1:nps:9 q2:csat:4". Responses that answered nothing on a scale have noTally.
const noTally = "-"

// tally returns the tally of the answers.
func tally(answers []Answer) string {
	var words []string
	for _, a := range answers {
		if a.Score != nil {
			words = append(words, Score{a.QuestionID, a.Kind, *a.Score}.word())
		}
	}
	if words == nil {
		return noTally
	}
	return strings.Join(words, " ")
}

// Score is one answer on a scale.
type Score struct {
	QuestionID string
	Kind       QuestionKind
	Value      int
}

// word is the score as it stands in a tally.
func (x Score) word() string {
	return url.QueryEscape(x.QuestionID) + ":" + string(x.Kind) + ":" + strconv.Itoa(x.Value)
}

// scores reads a tally; what is none of ours is left out.
func scores(tally string) []Score {
	var list []Score
	for word := range strings.FieldsSeq(tally) {
		parts := strings.Split(word, ":")
		if len(parts) != 3 {
			continue
		}
		id, errID := url.QueryUnescape(parts[0])
		value, errValue := strconv.Atoi(parts[2])
		if errID == nil && errValue == nil {
			list = append(list, Score{id, QuestionKind(parts[1]), value})
		}
	}
	return list
}

// AnswerGroup counts the responses of one survey that chose the same on all scales, in one calendar period.
type AnswerGroup struct {
	SurveyID SurveyID
	// Scores are what they chose, in the order of the questions. Do not change them.
	Scores  []Score
	Segment string
	RepID   RepID
	// Suspect says that they are set aside as machines'.
	Suspect bool
	// Period is when the period begins.
	Period time.Time
	Count  int
}

// AnswerGroupFilter says which responses are counted.
type AnswerGroupFilter struct {
	// SurveyID is the survey; empty means all surveys.
	SurveyID SurveyID
	// From and To bound SubmittedAt: From <= SubmittedAt < To; zero leaves an end open.
	From, To time.Time
	// Every is the calendar period, "day", "week", "month" or "quarter", in Zone.
	Every string
	Zone  *time.Location
}

// foldsAtOnce is how many surveys are counted at the same time.
const foldsAtOnce = 4

// AnswerGroups counts responses by what they chose, in one fold of the store for each survey.
func (s *Service) AnswerGroups(ctx context.Context, f AnswerGroupFilter) ([]AnswerGroup, error) {
	ids := []SurveyID{f.SurveyID}
	if f.SurveyID == "" {
		var err error
		if ids, err = s.surveyIDs(ctx); err != nil {
			return nil, err
		}
	}
	folds := make([][]store.Group, len(ids))
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(foldsAtOnce)
	for i, id := range ids {
		work.Go(func() (err error) {
			folds[i], err = s.db.responses.Fold(ctx, f.fold(id))
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	var groups []AnswerGroup
	read := map[string][]Score{}
	for i, fold := range folds {
		for _, g := range fold {
			groups = append(groups, answerGroup(ids[i], g, read))
		}
	}
	return groups, nil
}

func (f AnswerGroupFilter) fold(id SurveyID) store.Fold {
	q := store.Query{Index: responsesBySurvey, Equal: []any{string(id)}}
	boundTimes(&q, f.From, f.To)
	return store.Fold{
		Query: q, By: []string{"tally", "segment", "rep_id", "suspect"}, At: "submitted_at", Every: store.Period(f.Every), Zone: f.Zone,
	}
}

// answerGroup reads one group of the store. read holds the tallies that were read already: there are few of them.
func answerGroup(id SurveyID, g store.Group, read map[string][]Score) AnswerGroup {
	tally, segment, rep, suspect := g.By[0].(string), g.By[1].(string), g.By[2].(string), g.By[3].(string)
	list, known := read[tally]
	if !known {
		list = scores(tally)
		read[tally] = list
	}
	return AnswerGroup{
		SurveyID: id, Scores: list, Segment: segment, RepID: RepID(rep), Suspect: suspect != "", Period: g.Period, Count: int(g.Count),
	}
}

// surveyIDs returns the ids of all surveys.
func (s *Service) surveyIDs(ctx context.Context) ([]SurveyID, error) {
	var ids []SurveyID
	for v, err := range s.db.surveys.All(ctx, store.Query{Index: store.ByID, Fields: []string{"id"}}) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, SurveyID(v.ID))
	}
	return ids, nil
}

// answersMarked is how many of the latest changes AnswersMark looks at: answers that came at the same millisecond, or were
// written behind a later one by another process, are among them.
const answersMarked = 200

// AnswersMark returns a word that is another one once an answer has come or changed. It costs a
// short reading of an index.
func (s *Service) AnswersMark(ctx context.Context) (string, error) {
	found, _, err := s.db.responses.Find(ctx, store.Query{
		Index: responsesByChange, Descending: true, Limit: answersMarked, Fields: []string{"changed_at"},
	})
	if err != nil {
		return "", err
	}
	sum := fnv.New128a()
	for _, r := range found {
		_, _ = fmt.Fprintln(sum, r.ID, r.ChangedAt.UnixMilli())
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
