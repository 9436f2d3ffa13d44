package xml

import "strings"

// Namespace is a namespace with the prefix that names in it are written with.
// Use [Node.Declare] to get one. It must not be changed.
type Namespace struct {
	// URI identifies the namespace.
	URI string
	// Prefix is empty for the default namespace.
	Prefix string
}

const xmlURI = "http://www.w3.org/XML/1998/namespace"

// uri gives the URI, "" for no namespace.
func (ns *Namespace) uri() string {
	if ns == nil {
		return ""
	}
	return ns.URI
}

// attribute gives the name of the attribute that declares the namespace.
func (ns *Namespace) attribute() string {
	if ns.Prefix == "" {
		return "xmlns"
	}
	return "xmlns:" + ns.Prefix
}

// Namespace gives an element's or attribute's namespace, nil if it is in none.
func (n *Node) Namespace() *Namespace { return n.ns }

// SetNamespace moves an element or attribute into a namespace, or into none.
// If the namespace is declared neither there nor around it, the declaration is
// written all the same.
func (n *Node) SetNamespace(ns *Namespace) { n.ns = ns }

// Declare declares a namespace on an element. An empty prefix makes it the
// default one. A declaration of the same prefix there is replaced. The error
// wraps [ErrName], or is [ErrHierarchy] if n is no element.
func (n *Node) Declare(uri, prefix string) (*Namespace, error) {
	if n.typ != ElementNode {
		return nil, ErrHierarchy
	}
	if prefix != "" {
		if err := checkName(prefix); err != nil || strings.Contains(prefix, ":") || prefix == "xmlns" {
			return nil, ErrName
		}
	}
	ns := &Namespace{uri, prefix}
	for i, d := range n.declares {
		if d.Prefix == prefix {
			n.declares[i] = ns
			return ns, nil
		}
	}
	n.declares = append(n.declares, ns)
	return ns, nil
}

// lookup gives the namespace that a prefix stands for at n, nil if it stands
// for none.
func (n *Node) lookup(prefix string) *Namespace {
	if prefix == "xml" {
		return &Namespace{xmlURI, "xml"}
	}
	for ; n != nil; n = n.parent {
		for _, d := range n.declares {
			if d.Prefix == prefix {
				return d
			}
		}
	}
	return nil
}

// splitName splits a name at its colon; a name that has none, or none inside
// it, has no prefix.
func splitName(name string) (prefix, local string) {
	i := strings.IndexByte(name, ':')
	if i <= 0 || i == len(name)-1 {
		return "", name
	}
	return name[:i], name[i+1:]
}
