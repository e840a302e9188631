package survey_test

import (
	"reflect"
	"testing"

	"earshot/survey"
)

func TestLimitsOf(t *testing.T) {
	t.Parallel()
	type input struct {
		Name   string            `json:"name" validate:"required,max=200,printable"`
		Share  float64           `json:"share,omitempty" validate:"gte=-1e12,lte=1e12"`
		Days   []int             `json:"days" validate:"required,min=1,max=7,unique,dive,gte=0,lte=6"`
		Words  map[string]string `json:"words" validate:"min=1,dive,keys,max=35,endkeys,required,max=500"`
		Kind   string            `json:"kind" validate:"required,oneof=one two"`
		Zone   string            `json:"zone" validate:"omitempty,timezone"`
		Hidden string            `json:"hidden"`
	}
	want := map[string]survey.Limits{
		"name": {MaxLength: 200}, "share": {Least: "-1000000000000", Most: "1000000000000"},
		"days": {MaxItems: 7, Least: "0", Most: "6"}, "words": {MaxLength: 500}, "kind": {Choices: []string{"one", "two"}}, "zone": {},
	}
	if got := survey.LimitsOf[input](); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
