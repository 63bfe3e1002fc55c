import json,sys,collections
p=json.load(open(sys.argv[1])); n={x['id']:x for x in p['nodes']}; c=collections.Counter()
dt=p['timeDeltas']
for s,d in zip(p['samples'],dt): c[(n[s]['callFrame']['functionName'],n[s]['callFrame']['lineNumber'])]+=d
t=sum(c.values())
for k,v in c.most_common(22): print(f"{100*v/t:5.1f}% {k}")
