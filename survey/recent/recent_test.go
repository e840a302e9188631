package recent_test

import (
	"errors"
	"testing"
	"time"

	"earshot/survey/recent"
)

var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)

func TestValuesGrowStale(t *testing.T) {
	t.Parallel()
	c := recent.New[string, int](10, time.Second)
	c.Put(noon, "a", 1)
	for after, want := range map[time.Duration]bool{0: true, 999 * time.Millisecond: true, time.Second: false, time.Hour: false} {
		if value, ok := c.Get(noon.Add(after), "a"); ok != want || ok && value != 1 {
			t.Errorf("after %v: got %d, %t, want it to be there: %t", after, value, ok, want)
		}
	}
	c.Put(noon, "a", 2)
	if value, _ := c.Get(noon, "a"); value != 2 {
		t.Errorf("got %d, want what was put last", value)
	}
	c.Forget("a")
	if _, ok := c.Get(noon, "a"); ok {
		t.Error("it is there although it was dropped")
	}
}

func TestSomeStayForEver(t *testing.T) {
	t.Parallel()
	c := recent.New[string, int](10, 0)
	c.Put(noon, "a", 1)
	if _, ok := c.Get(noon.AddDate(100, 0, 0), "a"); !ok {
		t.Error("it has grown stale")
	}
}

func TestTheLeastRecentGoesFirst(t *testing.T) {
	t.Parallel()
	c := recent.New[int, int](2, 0)
	c.Put(noon, 1, 1)
	c.Put(noon, 2, 2)
	c.Get(noon, 1)
	c.Put(noon, 3, 3)
	for key, want := range map[int]bool{1: true, 2: false, 3: true} {
		if _, ok := c.Get(noon, key); ok != want {
			t.Errorf("%d is there: %t, want %t", key, ok, want)
		}
	}
}

func TestRecallFetchesOnce(t *testing.T) {
	t.Parallel()
	c := recent.New[string, int](10, time.Second)
	fetched, broken := 0, errors.New("away")
	fetch := func() (int, error) {
		if fetched++; fetched == 1 {
			return 0, broken
		}
		return fetched, nil
	}
	if _, err := c.Recall(noon, "a", fetch); !errors.Is(err, broken) {
		t.Errorf("got error %v, want that of fetching", err)
	}
	for range 3 {
		if value, err := c.Recall(noon, "a", fetch); err != nil || value != 2 {
			t.Errorf("got %d, %v, want 2", value, err)
		}
	}
	if value, _ := c.Recall(noon.Add(time.Second), "a", fetch); value != 3 {
		t.Errorf("got %d, want it to be fetched again", value)
	}
}
