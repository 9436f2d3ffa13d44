package xml

import (
	"math"
	"strconv"
	"strings"
)

// text gives a value as a string (XPath 1.0 section 4.2).
func (r *evaluation) text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return numberText(v)
	case bool:
		return strconv.FormatBool(v)
	case []*Node:
		if len(v) > 0 {
			return r.nodeText(v[0])
		}
	}
	return ""
}

func numberText(n float64) string {
	switch {
	case math.IsNaN(n):
		return "NaN"
	case math.IsInf(n, 1):
		return "Infinity"
	case math.IsInf(n, -1):
		return "-Infinity"
	case n == 0:
		return "0"
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// number gives a value as a number (section 4.4).
func (r *evaluation) number(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case bool:
		if v {
			return 1
		}
		return 0
	}
	return textNumber(r.text(v))
}

// textNumber takes digits with at most one point and a minus sign; everything
// else is not a number.
func textNumber(text string) float64 {
	text = strings.Trim(text, " \t\r\n")
	digits := strings.TrimPrefix(text, "-")
	if strings.Trim(digits, "0123456789.") != "" || strings.Count(digits, ".") > 1 || digits == "" || digits == "." {
		return math.NaN()
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil && n == 0 {
		return math.NaN()
	}
	return n
}

// toBool gives a value as a boolean (section 4.3).
func toBool(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case float64:
		return v != 0 && v == v
	case string:
		return v != ""
	case []*Node:
		return len(v) > 0
	}
	return false
}

// compare compares two values (section 3.4): nodes are compared by what each
// of them holds.
func compare(r *evaluation, op string, left, right any) bool {
	a, leftNodes := left.([]*Node)
	b, rightNodes := right.([]*Node)
	switch {
	case leftNodes && rightNodes:
		return compareNodes(r, op, a, b)
	case leftNodes:
		return anyNode(r, a, right, func(x, y any) bool { return r.compareAtoms(op, x, y) })
	case rightNodes:
		return anyNode(r, b, left, func(x, y any) bool { return r.compareAtoms(op, y, x) })
	}
	return r.compareAtoms(op, left, right)
}

// anyNode reports whether the comparison holds for one of the nodes.
func anyNode(r *evaluation, nodes []*Node, with any, holds func(x, y any) bool) bool {
	if _, ok := with.(bool); ok {
		return holds(len(nodes) > 0, with)
	}
	for _, n := range nodes {
		if !r.visit() {
			return false
		}
		if holds(r.nodeText(n), with) {
			return true
		}
	}
	return false
}

func compareNodes(r *evaluation, op string, a, b []*Node) bool {
	if op == "=" || op == "!=" {
		return matchTexts(r, op, a, b)
	}
	numbers := make([]float64, len(b))
	for i, n := range b {
		numbers[i] = textNumber(r.nodeText(n))
	}
	for _, n := range a {
		x := textNumber(r.nodeText(n))
		for _, y := range numbers {
			if !r.visit() {
				return false
			}
			if r.compareAtoms(op, x, y) {
				return true
			}
		}
	}
	return false
}

// matchTexts reports whether a text of a equals, or differs from, one of b.
func matchTexts(r *evaluation, op string, a, b []*Node) bool {
	texts := make(map[string]bool, len(b))
	for _, n := range b {
		texts[r.nodeText(n)] = true
	}
	for _, n := range a {
		if !r.visit() {
			return false
		}
		has := texts[r.nodeText(n)]
		if op == "=" && has || op == "!=" && (len(texts) > 1 || len(texts) == 1 && !has) {
			return true
		}
	}
	return false
}

// compareAtoms compares values that are no nodes.
func (r *evaluation) compareAtoms(op string, a, b any) bool {
	if op == "=" || op == "!=" {
		return r.equalAtoms(a, b) == (op == "=")
	}
	x, y := r.number(a), r.number(b)
	switch op {
	case "<":
		return x < y
	case "<=":
		return x <= y
	case ">":
		return x > y
	}
	return x >= y
}

func (r *evaluation) equalAtoms(a, b any) bool {
	_, boolA := a.(bool)
	_, boolB := b.(bool)
	_, numberA := a.(float64)
	_, numberB := b.(float64)
	switch {
	case boolA || boolB:
		return toBool(a) == toBool(b)
	case numberA || numberB:
		return r.number(a) == r.number(b)
	}
	return r.text(a) == r.text(b)
}
