package survey

// QuestionKind is how a question is asked and answered.
type QuestionKind string

// The kinds of question.
const (
	NPS      QuestionKind = "nps"      // 0 to 10: would you recommend us
	CSAT     QuestionKind = "csat"     // 1 to 5: how satisfied are you
	Progress QuestionKind = "progress" // one of the five levels, compared with six months ago
	Single   QuestionKind = "single"   // one of Choices
	Multiple QuestionKind = "multiple" // any of Choices
	OpenText QuestionKind = "text"     // words
)

// Question is one question of a survey version.
type Question struct {
	// ID is unique in the survey and stays the same over its versions: lower-case letters, digits, underscores.
	ID   string       `json:"id" validate:"required,max=40,identifier"`
	Kind QuestionKind `json:"kind" validate:"required,oneof=nps csat progress single multiple text"`
	Text Text         `json:"text" validate:"required,min=1,dive,keys,bcp47_language_tag,endkeys,required,max=500,prose"`
	// Help is a line below the text; may be nil.
	Help     Text     `json:"help,omitempty" validate:"dive,keys,bcp47_language_tag,endkeys,max=500,prose"`
	Required bool     `json:"required"`
	Choices  []Choice `json:"choices,omitempty" validate:"max=30,dive"`
	// MaxLength bounds the answer of a text question in characters; 0 means DefaultMaxLength.
	MaxLength int `json:"max_length,omitempty" validate:"gte=0,lte=10000"`
}

// Choice is one option of a single or multiple question.
type Choice struct {
	// ID is unique in the question and stays the same over versions.
	ID   string `json:"id" validate:"required,max=40,identifier"`
	Text Text   `json:"text" validate:"required,min=1,dive,keys,bcp47_language_tag,endkeys,required,max=200,printable"`
}

// DefaultMaxLength is how many characters an answer in words may have where the question does not say.
const DefaultMaxLength = 2000

// ProgressLevel is one of the five answers to "compare right now to six months ago".
type ProgressLevel string

// ProgressLevels are the five levels, best first. The reader poll that they come from found 16, 61, 19, 5 and 0 percent.
func ProgressLevels() []ProgressLevel {
	return []ProgressLevel{"significantly_better", "making_good_progress", "about_the_same", "behind", "significantly_worse"}
}

// Scale returns the least and the greatest score of a scored kind, and whether it is scored. Progress counts from 1,
// significantly worse, to 5, significantly better.
func (k QuestionKind) Scale() (low, high int, scored bool) {
	switch k {
	case NPS:
		return 0, 10, true
	case CSAT, Progress:
		return 1, 5, true
	}
	return 0, 0, false
}

// Low says whether somebody should look after an answer with that score soon: NPS's detractors, and of five steps the lower
// two.
func (k QuestionKind) Low(score int) bool {
	low, high, scored := k.Scale()
	switch {
	case !scored || score < low || score > high:
		return false
	case k == NPS:
		return score < leastPassive
	}
	return score < middleStep
}

// What is no longer low: the first score of NPS's passives, and the middle one of five steps.
const (
	leastPassive = 7
	middleStep   = 3
)
