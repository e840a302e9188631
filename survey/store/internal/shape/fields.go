package shape

import (
	"reflect"
	"strings"
	"sync"
)

// Member is one stored field of a struct, named as encoding/json names it.
type Member struct {
	Name string
	// Path leads to it through embedded structs, for reflect.Value.FieldByIndex.
	Path []int
	// OmitEmpty and OmitZero say that the field's tag leaves it out when it is empty or zero.
	OmitEmpty, OmitZero bool
}

var members sync.Map // reflect.Type -> []Member

// Members lists the stored fields of a struct type in the order of encoding/json: fields of embedded structs stand among
// the others, and of two fields with one name the less deeply embedded counts.
func Members(t reflect.Type) []Member {
	if known, ok := members.Load(t); ok {
		return known.([]Member)
	}
	list := collect(t, nil)
	members.Store(t, list)
	return list
}

func collect(t reflect.Type, path []int) []Member {
	var list []Member
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		at := append(append([]int(nil), path...), i)
		switch {
		case name == "-" && options == "":
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct && f.Type != timeType:
			list = merge(list, collect(f.Type, at)...)
		case f.IsExported():
			list = merge(list, member(f, name, options, at))
		}
	}
	return list
}

func member(f reflect.StructField, name, options string, path []int) Member {
	if name == "" {
		name = f.Name
	}
	m := Member{Name: name, Path: path}
	for o := range strings.SplitSeq(options, ",") {
		m.OmitEmpty = m.OmitEmpty || o == "omitempty"
		m.OmitZero = m.OmitZero || o == "omitzero"
	}
	return m
}

// merge adds members to list, keeping the less deeply embedded of two with one name.
func merge(list []Member, more ...Member) []Member {
next:
	for _, m := range more {
		for i, old := range list {
			if old.Name == m.Name {
				if len(m.Path) < len(old.Path) {
					list[i] = m
				}
				continue next
			}
		}
		list = append(list, m)
	}
	return list
}
