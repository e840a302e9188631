package survey

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"earshot/survey/store"
)

// TestEveryFieldIsCompared changes each field of each noun that is compared before it is written: the change must be seen,
// or it would be lost. It walks the types themselves, so that a field that is added later is looked at too.
func TestEveryFieldIsCompared(t *testing.T) {
	t.Parallel()
	everyFieldIsCompared(t, (*Customer).sameAs)
	everyFieldIsCompared(t, (*Contact).sameAs)
	everyFieldIsCompared(t, (*Touchpoint).sameAs)
	everyFieldIsCompared(t, comparer[wide]())
}

// wide has a field of every sort that documents have.
type wide struct {
	store.Meta
	Text    string
	Named   Status
	Flag    bool
	Whole   int64
	Number  float64
	At      time.Time
	Inner   struct{ At time.Time }
	List    []struct{ At time.Time }
	Words   map[string]string
	Pointer *string
}

func everyFieldIsCompared[T any](t *testing.T, same func(a, b *T) bool) {
	t.Helper()
	kind := reflect.TypeFor[T]()
	for i := range kind.NumField() {
		field := kind.Field(i)
		a, b := new(T), new(T)
		if !same(a, b) {
			t.Fatalf("two empty %ss differ", kind.Name())
		}
		alter(t, reflect.ValueOf(b).Elem().Field(i))
		aside := field.Type == reflect.TypeFor[store.Meta]() || slices.Contains([]string{"CreatedAt", "UpdatedAt", "RecordedAt"}, field.Name)
		if got := same(a, b); got != aside || same(b, a) != aside {
			t.Errorf("%s.%s differs: got the same %v, want %v", kind.Name(), field.Name, got, aside)
		}
		if !same(b, b) {
			t.Errorf("%s.%s: a record differs from itself", kind.Name(), field.Name)
		}
	}
}

// alter gives a field another value than its zero.
func alter(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(1, 0)))
		return
	case store.Meta:
		v.Set(reflect.ValueOf(store.Meta{ID: "x", Version: 3}))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.Struct:
		alter(t, v.Field(v.NumField()-1))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("k"), reflect.ValueOf("v"))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	default:
		t.Fatal(fmt.Sprint("no other value is known of a ", v.Type()))
	}
}

func TestTheSameTimeInAnotherZoneIsTheSame(t *testing.T) {
	t.Parallel()
	at := time.Unix(1_700_000_000, 0)
	a, b := &Touchpoint{At: at.UTC()}, &Touchpoint{At: at.In(time.FixedZone("there", 3600))}
	if !a.sameAs(b) {
		t.Error("the same moment told in two zones differs")
	}
}

func BenchmarkSameTouchpoint(b *testing.B) {
	b.ReportAllocs()
	x := &Touchpoint{ExternalID: "O-1", CustomerID: "cus_1", Kind: Order, At: time.Unix(1, 0), Value: 5}
	y := &Touchpoint{ExternalID: "O-1", CustomerID: "cus_1", Kind: Order, At: time.Unix(1, 0), Value: 5}
	for b.Loop() {
		if !x.sameAs(y) {
			b.Fatal("they differ")
		}
	}
}
