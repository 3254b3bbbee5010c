a
b "x
y" "p\
  q""rs";cd
