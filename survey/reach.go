package survey

import "earshot/survey/store"

// owners narrows what is found to customers in reach; nil is everybody's. The engine checks it on what the index gives, for several reps
// have no one place in an index.
func (r *Reach) owners(q *store.Query) { r.among(q, "") }

// askedFor narrows records of customers, which repeat whose those were, to the reps in reach: what belonged to nobody is shown with the
// customer. Of one rep alone it gives the query that rep's index, where it has none yet.
func (r *Reach) askedFor(q *store.Query, index string) {
	if r == nil || r.all {
		return
	}
	if reps := r.Reps(); len(reps) == 1 {
		narrow(q, choice{"rep_id", string(reps[0]), index})
		return
	}
	r.among(q)
}

// among has the rep be one of those in reach, or one of besides.
func (r *Reach) among(q *store.Query, besides ...string) {
	if r == nil || r.all {
		return
	}
	owners := []any{}
	for _, id := range besides {
		owners = append(owners, id)
	}
	for _, id := range r.Reps() {
		owners = append(owners, string(id))
	}
	q.Where = append(q.Where, store.Where{Field: "rep_id", Is: store.OneOf, Value: owners})
}

// Asked says whether records are in reach that tell of that rep's customers of then; nil reaches all, and else what was nobody's is shown
// with the customer alone.
func (r *Reach) Asked(then RepID) bool { return r == nil || r.all || then != "" && r.Has(then) }

// has says whether a customer of that rep is in reach; nil reaches everybody's.
func (r *Reach) has(owner RepID) bool { return r == nil || r.Has(owner) }
