package audit

import (
	"fmt"
	"time"

	"earshot/survey/store"
)

// Outcome is how far an act came.
type Outcome string

// The outcomes. Refused is what was asked for wrongly or was not allowed; failed is a fault of ours, and part of the act
// may have happened.
const (
	Begun   Outcome = "begun"
	Done    Outcome = "done"
	Refused Outcome = "refused"
	Failed  Outcome = "failed"
)

// ActorKind is what sort of actor it was.
type ActorKind string

// The kinds of actors. A stranger is somebody who was not let in.
const (
	Rep      ActorKind = "rep"
	APIKey   ActorKind = "api_key"
	Command  ActorKind = "command"
	System   ActorKind = "system"
	Stranger ActorKind = "stranger"
)

// Actor is who acted. ID is the rep's or the key's; of a command it is the account of the machine that ran it.
type Actor struct {
	Kind ActorKind `json:"kind"`
	ID   string    `json:"id,omitempty"`
	Name string    `json:"name,omitempty"`
}

// Field is one field of what was sent.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Change is one field that is not what it was.
type Change struct {
	Field string `json:"field"`
	Was   string `json:"was"`
	Is    string `json:"is"`
}

// Act is what is told of an act when it begins, or of one that is over.
type Act struct {
	// Name is stable, such as "rep.changed".
	Name  string
	Actor Actor
	// From is the network address that the request came from; empty for commands.
	From string
	// Document is the id of what the act is about; empty where there is none, or none yet.
	Document string
	// Sent is what was sent along, without secrets: see FieldsOf.
	Sent      []Field
	RequestID string
}

// Result is what came of an act.
type Result struct {
	Outcome Outcome
	// Detail is the kind of the refusal or the failure; empty where it is done.
	Detail string
	// Document is the id of what the act made, where that was not known when it began.
	Document string
	Changed  []Change
}

// Entry is one entry of the log as it is stored. Its id is made of its number.
type Entry struct {
	store.Meta `json:",inline"`
	Number     int64     `json:"number"`
	At         time.Time `json:"at"`
	Act        string    `json:"act"`
	Outcome    Outcome   `json:"outcome"`
	Detail     string    `json:"detail,omitempty"`
	// Of is the number of the entry that this one tells the outcome of; 0 where it tells of an act itself.
	Of        int64     `json:"of,omitempty"`
	Who       string    `json:"who"`
	WhoKind   ActorKind `json:"who_kind"`
	WhoName   string    `json:"who_name,omitempty"`
	From      string    `json:"from,omitempty"`
	Document  string    `json:"document,omitempty"`
	Sent      []Field   `json:"sent,omitempty"`
	Changed   []Change  `json:"changed,omitempty"`
	RequestID string    `json:"request_id,omitempty"`
	// Previous is the hash of the entry before, empty in the first one; Hash is this one's, see Line.
	Previous string `json:"previous"`
	Hash     string `json:"hash"`
}

// Actor is who acted.
func (e *Entry) Actor() Actor { return Actor{Kind: e.WhoKind, ID: e.Who, Name: e.WhoName} }

// Indexes of entries. An entry is never earlier than the one before, so that each is in the order of the numbers too.
const (
	entriesByTime     = "by_time"
	entriesByWho      = "by_who"
	entriesByAct      = "by_act"
	entriesByWhoAct   = "by_who_and_act"
	entriesByDocument = "by_document"
	entriesByOf       = "by_of"
)

var entrySpec = &store.Spec{
	Name: "audit",
	New:  func() store.Doc { return new(Entry) },
	Indexes: []store.Index{
		{Name: entriesByTime, Fields: []string{"at"}},
		{Name: entriesByWho, Fields: []string{"who", "at"}},
		{Name: entriesByAct, Fields: []string{"act", "at"}},
		{Name: entriesByWhoAct, Fields: []string{"who", "act", "at"}},
		{Name: entriesByDocument, Fields: []string{"document", "at"}, Sparse: true},
		{Name: entriesByOf, Fields: []string{"of"}, Sparse: true},
	},
}

// Specs lists the declarations of the collections: an engine opens them beside those of the domain.
func Specs() []*store.Spec { return []*store.Spec{entrySpec} }

// idOf returns the id of the entry of that number. Ids are in the order of the numbers.
func idOf(number int64) string { return fmt.Sprintf("aud_%012d", number) }
