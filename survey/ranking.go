package survey

import (
	"context"
	"errors"
	"slices"
	"time"

	"earshot/survey/store"
)

// All customers are ranked by models of one version. A fit makes other models, but puts nothing into force: first every rhythm
// is judged by them, too, on the side (Rhythm.Next), while lists, chances and pulses go by those in force. When the last has been, one
// write of the Ranking puts them into force, everywhere at once; a process notices within modelsLifetime. So a list never holds
// chances of two versions, and a fit that is interrupted goes on, or changes nothing.

// rankingID is the id of the one Ranking.
const rankingID = "ranking"

// Ranking is by which models all customers are judged and ranked.
type Ranking struct {
	store.Meta `json:",inline"` // owes effectRank when models have changed
	// Number counts how often other models came into force; Rhythm.Under is one.
	Number int `json:"number"`
	// Models are those in force, by kind; a kind that is not there has the built-in ones.
	Models map[TouchpointKind]*Law `json:"models"`
	// Coming are those that come into force, as Number+1, when all rhythms have been judged by them, too; nil if none do. That
	// begins at From, and Walked is the place up to which they have been.
	Coming map[TouchpointKind]*Law `json:"coming,omitempty"`
	From   time.Time               `json:"from,omitzero"`
	Walked store.Cursor            `json:"walked,omitempty"`
}

var rankingSpec = &store.Spec{
	Name:  "rankings",
	New:   func() store.Doc { return new(Ranking) },
	Queue: true,
}

// sameLaws says whether two sets of models are one: each change of a model counts its Fit up, from 0 for one that nobody has yet.
func sameLaws(a, b map[TouchpointKind]*Law) bool {
	fit := func(laws map[TouchpointKind]*Law, kind TouchpointKind) int {
		if law := laws[kind]; law != nil {
			return law.Fit
		}
		return 0
	}
	return !slices.ContainsFunc(TouchpointKinds(), func(k TouchpointKind) bool { return fit(a, k) != fit(b, k) })
}

// at says whether the ranking is still where somebody has seen it, who wants to write what followed from that: others may have gone on.
func (r *Ranking) at(seen *Ranking) bool {
	return r.Number == seen.Number && (r.Coming == nil) == (seen.Coming == nil) && r.Walked == seen.Walked
}

// takeUp has other models come into force: all rhythms are judged by them from then on.
func (r *Ranking) takeUp(seen *Ranking, laws map[TouchpointKind]*Law, from time.Time) {
	if r.at(seen) {
		r.Coming, r.From, r.Walked = laws, from, ""
	}
}

// reach notes up to which place the rhythms have been judged by the models to come, and puts these into force at the end, which is the
// empty place.
func (r *Ranking) reach(seen *Ranking, place store.Cursor) {
	if !r.at(seen) {
		return
	}
	if r.Walked = place; place == "" {
		r.Models, r.Coming, r.Number = r.Coming, nil, r.Number+1
	}
}

// learntLaws are the models as they were learnt last.
func (s *Service) learntLaws(ctx context.Context) (map[TouchpointKind]*Law, error) {
	learnt, err := s.db.rhythmModels.Fetch(ctx, strs(TouchpointKinds()))
	if err != nil {
		return nil, err
	}
	laws := make(map[TouchpointKind]*Law, len(learnt))
	for kind, m := range learnt {
		laws[TouchpointKind(kind)] = &m.Law
	}
	return laws, nil
}

// establishRanking sees to it that there is a Ranking when a process starts: one that is made has the models in force that an older
// program had.
func (s *Service) establishRanking(ctx context.Context) error {
	if _, err := s.db.rankings.Get(ctx, rankingID); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	laws, err := s.learntLaws(ctx)
	if err != nil {
		return err
	}
	if err := s.db.rankings.Insert(ctx, &Ranking{Meta: store.Meta{ID: rankingID}, Models: laws}); !isDuplicate(err) {
		return err
	}
	return nil
}

// errBehind says that the process does not know yet by which models a rhythm was judged: others came into force, or will.
var errBehind = errors.New("the models that this process knows are not the latest")

// byModels does something by the models of all kinds, and once more where these turn out not to be the latest.
func (s *Service) byModels(ctx context.Context, do func(models fittedModels) error) error {
	models, err := s.fittedModels(ctx)
	if err != nil {
		return err
	}
	if err := do(models); !errors.Is(err, errBehind) {
		return err
	}
	s.models.forget()
	if models, err = s.fittedModels(ctx); err != nil {
		return err
	}
	return do(models)
}

// turn has the rhythm tell its verdict by the models in force. It says whether these are those that it was judged by: false where
// the process is behind.
func (r *Rhythm) turn(models fittedModels) bool {
	if r.Next != nil && r.Next.Under <= models.number {
		if r.Next.Under == models.number {
			was, _ := r.stands()
			r.Verdict = r.Next.Verdict
			r.unsnooze(was)
		}
		r.Next = nil
	}
	if r.Under < models.number {
		r.Under = models.number
	}
	return r.Under == models.number && (r.Next == nil || models.coming != nil)
}

// on says whether the customer stands on the list: where the process is behind, they were found where lists stood before.
func (r *Rhythm) on(list List, models fittedModels) bool {
	r.turn(models)
	return r.List == list
}

// side returns the rhythm as it is by the models to come, as if they were in force: whoever turns it by them finds nothing to turn.
func (r *Rhythm) side() *Rhythm {
	side := *r
	if r.Next != nil {
		side.Under, side.Verdict, side.Next = r.Next.Under, r.Next.Verdict, nil
	}
	side.Kinds = slices.Clone(side.Kinds)
	return &side
}

// aside notes what has become of the rhythm by the models to come.
func (r *Rhythm) aside(side *Rhythm, coming *fittedModels) {
	r.Next = &NextVerdict{Under: coming.number, Verdict: side.Verdict}
}

// rank judges the silence at that time by the models in force and by those to come, and sets when it is to be looked at next.
func (s *Service) rank(r *Rhythm, models fittedModels, now time.Time) {
	next := s.judge(r, models, now)
	if r.Next != nil {
		side := r.side()
		next = earlier(next, s.judge(side, *models.coming, now))
		r.aside(side, models.coming)
	}
	s.called(r)
	s.tell(r, now)
	r.Schedule(effectLook, next)
	r.stand(r.Under, r.List, r.Rank)
	if r.Next != nil {
		r.stand(r.Next.Under, r.Next.List, r.Next.Rank)
	}
}

// stand puts the customer on the list by models of that number.
func (r *Rhythm) stand(number int, list List, rank float64) {
	if number%2 == 0 {
		r.EvenList, r.EvenRank = list, rank
	} else {
		r.OddList, r.OddRank = list, rank
	}
}

// listQuery asks for a list by the models of that number, the highest rank first.
func listQuery(number int, list List, rep RepID) store.Query {
	ofAll, ofRep := listIndexes(number)
	switch rep {
	case "":
	case NoRep:
		return store.Query{Index: ofRep, Equal: []any{string(list), ""}, Descending: true}
	default:
		return store.Query{Index: ofRep, Equal: []any{string(list), string(rep)}, Descending: true}
	}
	return store.Query{Index: ofAll, Equal: []any{string(list)}, Descending: true}
}

// listIndexes are the indexes over all lists by models of that number, and over a rep's.
func listIndexes(number int) (ofAll, ofRep string) {
	if number%2 == 0 {
		return rhythmsByEvenList, rhythmsByRepEvenList
	}
	return rhythmsByOddList, rhythmsByRepOddList
}

// listIndexes are those over all lists by the models in force and, if any, those to come. Nobody reads others: they tell how lists stood.
func (m fittedModels) listIndexes() []string {
	var indexes []string
	for _, one := range m.both() {
		ofAll, _ := listIndexes(one.number)
		indexes = append(indexes, ofAll)
	}
	return indexes
}
