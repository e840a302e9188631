package mongodb

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"earshot/survey/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// A mark names who wrote a version of a document, where that may have to be told later: the second, in the upper half, and
// a random number. A document keeps the marks of the last minutes, latest first: one that is seldom written keeps one, one
// that many fight for keeps many.

const (
	// maxMarks is how many marks a document keeps at most.
	maxMarks = 64
	// markAge is for how long, at least: much longer than an operation lasts and than clocks of servers differ.
	markAge = 5 * time.Minute

	secondBits = 32
)

// newMark returns the mark of the first item of a batch; those behind it have the next ones.
func newMark(now time.Time) int64 {
	return now.Unix()<<secondBits | 1 + rand.Int64N(1<<secondBits-1-store.MaxBatch)
}

// recent leaves out the marks that nobody will ask for any more.
func recent(marks []int64, now time.Time) []int64 {
	oldest := now.Add(-markAge).Unix()
	for i, m := range marks {
		if m>>secondBits < oldest {
			return marks[:i:i]
		}
	}
	return marks
}

// marked puts a new mark before the recent ones.
func marked(mark int64, marks []int64, now time.Time) []int64 {
	earlier := recent(marks, now)
	return append([]int64{mark}, earlier[:min(len(earlier), maxMarks-1)]...)
}

// marksValue is how marks are stored.
func marksValue(marks []int64) bson.Binary {
	raw := make([]byte, 0, 8*len(marks))
	for _, m := range marks {
		raw = binary.BigEndian.AppendUint64(raw, uint64(m))
	}
	return bson.Binary{Data: raw}
}

// marksIn reads what marksValue wrote.
func marksIn(value bsoncore.Value) []int64 {
	_, raw, _ := value.BinaryOK()
	marks := make([]int64, 0, len(raw)/8)
	for ; len(raw) >= 8; raw = raw[8:] {
		marks = append(marks, int64(binary.BigEndian.Uint64(raw)))
	}
	return marks
}
